import type { Analyser } from '../../finding.ts';
import { oomKilled } from './oom-killed.ts';
import { saidByProcesses } from './said-by-processes.ts';

/** What goes wrong with what runs. */
export const run: readonly Analyser[] = [oomKilled, ...saidByProcesses];
