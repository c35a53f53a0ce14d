import { admission } from './analysers/admission/index.ts';
import { change } from './analysers/change/index.ts';
import { falseAlarm } from './analysers/false-alarm/index.ts';
import { metrics } from './analysers/metrics/index.ts';
import { nodes } from './analysers/nodes/index.ts';
import { run } from './analysers/run/index.ts';
import { scheduling } from './analysers/scheduling/index.ts';
import { start } from './analysers/start/index.ts';
import { stores } from './analysers/stores/index.ts';
import { traffic } from './analysers/traffic/index.ts';
import type { Analyser } from './finding.ts';

/** Every analyser, in the order of an object's life: admitted, scheduled, started, running, reached. */
export const ANALYSERS: readonly Analyser[] = [
  ...admission,
  ...scheduling,
  ...start,
  ...run,
  ...stores,
  ...traffic,
  ...nodes,
  ...metrics,
  ...change,
  ...falseAlarm,
];
