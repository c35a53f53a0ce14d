import type { Analyser } from '../../finding.ts';
import { maintenance } from './maintenance.ts';
import { missingData } from './missing-data.ts';
import { recovered } from './recovered.ts';

/** Alerts that tell of nothing that anybody has to repair. */
export const falseAlarm: readonly Analyser[] = [recovered, missingData, maintenance];
