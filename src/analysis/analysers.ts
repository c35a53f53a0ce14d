import { quotaExceeded } from './analysers/admission/quota-exceeded.ts';
import { nodes } from './analysers/nodes/index.ts';
import { oomKilled } from './analysers/run/oom-killed.ts';
import { traffic } from './analysers/traffic/index.ts';
import type { Analyser } from './finding.ts';

/** Every analyser, in the order of an object's life: admitted, scheduled, started, running, reached. */
export const ANALYSERS: readonly Analyser[] = [quotaExceeded, oomKilled, ...traffic, ...nodes];
