import type { Command } from 'commander';
import { channelsOf } from './channels.ts';
import { runProgram } from './run-program.ts';
import { startWorkersAlone } from './start-workers.ts';

export function defineWorker(command: Command): void {
  command.action(() =>
    runProgram(command, (session) => startWorkersAlone(session, channelsOf(session))),
  );
}
