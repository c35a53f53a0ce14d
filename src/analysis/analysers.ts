import { quotaExceeded } from './analysers/admission/quota-exceeded.ts';
import { run } from './analysers/run/index.ts';
import { stores } from './analysers/stores/index.ts';
import type { Analyser } from './finding.ts';

/** Every analyser, in the order of an object's life: admitted, scheduled, started, running, reached. */
export const ANALYSERS: readonly Analyser[] = [quotaExceeded, ...run, ...stores];
