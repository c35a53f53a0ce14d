import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/problems.ts';
import { stripInvisible } from '../lib/escape.ts';
import { MendableError } from '../lib/mendable-error.ts';
import { packageVersion } from './package-root.ts';

interface CommandEntry {
  /** Its line in the help. */
  about: string;
  /** Loads what it takes, which is much, and gives what adds its options and its action. */
  load: () => Promise<(command: Command) => void>;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  serve: {
    about: 'Everything in one process: webhooks, workers and the API.',
    load: async () => (await import('./serve.ts')).defineServe,
  },
  webhooks: {
    about: 'Webhooks alone. Needs REDIS_URL or DATABASE_URL.',
    load: async () => (await import('./webhooks.ts')).defineWebhooks,
  },
  worker: {
    about: 'Workers alone, with the API and health beside them.',
    load: async () => (await import('./worker.ts')).defineWorker,
  },
  diagnose: {
    about: 'What is wrong in a namespace, by code alone: no alert, no model, nothing stored.',
    load: async () => (await import('./diagnose.ts')).defineDiagnose,
  },
  investigate: {
    about: 'Has an incident investigated again in full, by the serve or worker that runs.',
    load: async () => (await import('./investigate.ts')).defineInvestigate,
  },
  replay: {
    about: 'Past alerts, and what would be concluded today.',
    load: async () => (await import('./replay.ts')).defineReplay,
  },
  queue: {
    about: 'Dead letters: jobs that failed for good and wait for a person.',
    load: async () => (await import('./queue.ts')).defineQueue,
  },
  mcp: {
    about:
      'The read-only tools, for Claude Desktop, Claude Code and other MCP clients: on stdio, or over HTTP.',
    load: async () => (await import('./mcp.ts')).defineMcp,
  },
  actions: {
    about:
      'A separate MCP server on stdio that can restart a workload once a person agrees. Off unless configured.',
    load: async () => (await import('./actions.ts')).defineActions,
  },
  doctor: {
    about: 'Reads a little of each configured system and says what to do about what fails.',
    load: async () => (await import('./doctor-command.ts')).defineDoctor,
  },
  demo: {
    about: 'Plays a case through the whole program. Needs no key, no Slack, no cluster.',
    load: async () => (await import('./demo.ts')).defineDemo,
  },
};

/** Runs one command; gives the exit code: 0 done, 1 failed, 2 the command line or the configuration is wrong. */
export async function main(args: string[]): Promise<number> {
  endWithReader();
  try {
    const program = await programFor(args);
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error);
  }
}

/** All commands by name; only the one that is asked for knows its options, as only that one is loaded. */
async function programFor(args: string[]): Promise<Command> {
  const program = new Command('probable-cause')
    .description(
      'Alert triage: an alert in, a root-cause thread out, every claim tied to checked evidence.',
    )
    .version(packageVersion())
    .option(
      '--config <file>',
      'a YAML configuration (default: PROBABLE_CAUSE_CONFIG, or ./probable-cause.yaml)',
    )
    .exitOverride()
    .showHelpAfterError('Run with --help for what there is.')
    .configureHelp({ showGlobalOptions: true });
  // `help mcp` asks for mcp too.
  const asked = program.parseOptions(args).operands.find((word) => Object.hasOwn(COMMANDS, word));
  for (const [name, { about, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(about);
    if (name === asked) (await load())(command);
  }
  return program;
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
  if (error instanceof MendableError) {
    // It may quote a file that came from anywhere.
    console.error(`probable-cause: ${stripInvisible(error.message)}`);
    return 1;
  }
  console.error(error);
  return 1;
}
