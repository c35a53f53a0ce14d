import type { DiagnosisCase } from '../case.ts';
import { runJobs } from './run-jobs.ts';
import { runLimits } from './run-limits.ts';
import { runProbes } from './run-probes.ts';
import { runProcesses } from './run-processes.ts';
import { runSurroundings } from './run-surroundings.ts';

/** What goes wrong with what runs. */
export const run: DiagnosisCase[] = [
  ...runProbes,
  ...runProcesses,
  ...runLimits,
  ...runSurroundings,
  ...runJobs,
];
