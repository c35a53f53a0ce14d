import type { Command } from 'commander';
import { channelsOf } from './channels.ts';
import { runProgram } from './run-program.ts';
import { startAll } from './start-workers.ts';

export function defineServe(command: Command): void {
  command.action(() => runProgram(command, (session) => startAll(session, channelsOf(session))));
}
