import type { Analyser } from '../../finding.ts';
import { saidAnalyser } from '../said.ts';

/** What processes say of themselves and of their machines. */
export const saidByProcesses: readonly Analyser[] = [
  saidAnalyser('oom-killed', 'processes that say they ran out of memory'),
  saidAnalyser('file-descriptors-exhausted', 'file descriptors, threads or processes that ran out'),
  saidAnalyser('disk-full', 'file systems that processes say are full'),
  saidAnalyser('deadlock', 'deadlocks and lock waits'),
  saidAnalyser('certificate-expired', 'certificates that are expired or not trusted'),
  saidAnalyser('clock-skew', 'clocks that disagree'),
  saidAnalyser('rbac-denied', 'service accounts that lack a permission'),
  saidAnalyser('bad-migration', 'schemas that do not fit their programs'),
  saidAnalyser('bad-configuration', 'processes that refuse their configuration'),
];
