import type { Analyser } from '../../finding.ts';
import { recentChange } from './recent-change.ts';

/** What was done shortly before. */
export const change: readonly Analyser[] = [recentChange];
