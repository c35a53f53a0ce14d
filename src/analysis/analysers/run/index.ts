import type { Analyser } from '../../finding.ts';
import { autoscalerLimit } from './autoscaler.ts';
import { cpu } from './cpu.ts';
import { applicationCrash } from './crash.ts';
import { cronJobMissed } from './cron-jobs.ts';
import { jobFailed } from './jobs.ts';
import { memoryLeak } from './memory-leak.ts';
import { memoryOfNodes } from './memory-of-nodes.ts';
import { oomKilled } from './oom-killed.ts';
import { portConflict } from './port-conflict.ts';
import { probeFailures } from './probe-failures.ts';
import { probeSpecification } from './probe-specification.ts';
import { probeTiming } from './probe-timing.ts';
import { saidByProcesses } from './said-by-processes.ts';
import { scaledToZero } from './scaled-to-zero.ts';
import { volumeFull } from './volume-full.ts';

/** What goes wrong with what runs. */
export const run: readonly Analyser[] = [
  oomKilled,
  memoryOfNodes,
  memoryLeak,
  probeFailures,
  probeSpecification,
  probeTiming,
  portConflict,
  ...saidByProcesses,
  applicationCrash,
  scaledToZero,
  autoscalerLimit,
  cpu,
  volumeFull,
  jobFailed,
  cronJobMissed,
];
