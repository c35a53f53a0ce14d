import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/problems.ts';
import { stripInvisible } from '../lib/escape.ts';
import { PinFileError } from '../mcp/remote/pin-file.ts';
import { QueueUnavailable } from '../queue/queue.ts';
import { CaseError } from '../replay/case-file.ts';
import { DirectoryInUse } from '../store/directory-lock.ts';
import { ListenError } from '../web/listen.ts';
import { actionsCommand } from './actions.ts';
import { CommandError } from './compose.ts';
import { demoCommand } from './demo.ts';
import { diagnoseCommand } from './diagnose.ts';
import { doctorCommand } from './doctor-command.ts';
import { investigateCommand } from './investigate.ts';
import { mcpCommand } from './mcp.ts';
import { packageVersion } from './package-root.ts';
import { queueCommand } from './queue.ts';
import { replayCommand } from './replay.ts';
import { serveCommand, webhooksCommand, workerCommand } from './serve.ts';

/** Runs one command; gives the exit code: 0 done, 1 failed, 2 the command line or the configuration is wrong. */
export async function main(args: string[]): Promise<number> {
  const program = new Command('probable-cause')
    .description(
      'Alert triage: an alert in, a root-cause thread out, every claim tied to checked evidence.',
    )
    .version(packageVersion())
    .option(
      '--config <file>',
      'a YAML configuration (default: PROBABLE_CAUSE_CONFIG, or ./probable-cause.yaml)',
    );
  const commands = [
    serveCommand(),
    webhooksCommand(),
    workerCommand(),
    diagnoseCommand(),
    investigateCommand(),
    replayCommand(),
    queueCommand(),
    mcpCommand(),
    actionsCommand(),
    doctorCommand(),
    demoCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  inheritErrors(program);
  endWithReader();
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error);
  }
}

/** Commander copies these settings only to commands that it makes itself. */
function inheritErrors(command: Command): void {
  command
    .exitOverride()
    .showHelpAfterError('Run with --help for what there is.')
    .configureHelp({ showGlobalOptions: true });
  for (const child of command.commands) inheritErrors(child);
}

/** `… | head`: whoever read has read enough, which is no error of ours. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

/** What a person can mend is said in words; anything else is a bug, and keeps its stack. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigError) {
    console.error(stripInvisible(error.message));
    return 2;
  }
  const known = [
    CommandError,
    CaseError,
    DirectoryInUse,
    ListenError,
    PinFileError,
    QueueUnavailable,
  ];
  if (error instanceof Error && known.some((kind) => error instanceof kind)) {
    // It may quote a file that came from anywhere.
    console.error(`probable-cause: ${stripInvisible(error.message)}`);
    return 1;
  }
  console.error(error);
  return 1;
}
