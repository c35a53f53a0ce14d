import { quotaExceeded } from './analysers/admission/quota-exceeded.ts';
import { change } from './analysers/change/index.ts';
import { falseAlarm } from './analysers/false-alarm/index.ts';
import { metrics } from './analysers/metrics/index.ts';
import { oomKilled } from './analysers/run/oom-killed.ts';
import type { Analyser } from './finding.ts';

/** Every analyser, in the order of an object's life: admitted, scheduled, started, running, reached. */
export const ANALYSERS: readonly Analyser[] = [
  quotaExceeded,
  oomKilled,
  ...metrics,
  ...change,
  ...falseAlarm,
];
