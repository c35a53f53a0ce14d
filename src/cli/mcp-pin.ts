import type { Command } from 'commander';
import { systemClock } from '../lib/clock.ts';
import { readPins, writePins } from '../mcp/remote/pin-file.ts';
import { reviewReport } from '../mcp/remote/pin-report.ts';
import { type Acceptance, accept } from '../mcp/remote/pins.ts';
import type { ServerReview } from '../mcp/remote/remote-tools.ts';
import { CommandError } from './command-error.ts';
import { confirmed } from './confirm.ts';
import { pinFileOf, remoteToolsOf } from './remote-tools.ts';
import { openSession, print, type Session } from './session.ts';

interface PinOptions {
  environment?: string;
  server?: string;
  accept?: true;
  yes?: true;
}

export function definePin(command: Command): void {
  command
    .description(
      'Shows what other MCP servers offer, and accepts it: what is new or changed does not exist before.',
    )
    .option('--environment <name>', 'only this one')
    .option('--server <name>', 'only this one')
    .option('--accept', 'accept what is shown')
    .option('--yes', 'with --accept: without asking')
    .action(async () => {
      // "mcp" has an option --environment too, and takes it from wherever it stands.
      const options = command.optsWithGlobals<PinOptions>();
      process.exitCode = await pin(openSession(command, false), options);
    });
}

/** Gives the exit code: 1 while something waits to be accepted, or could not be looked at. */
async function pin(session: Session, options: PinOptions): Promise<0 | 1> {
  const reviews = await reviewAll(session, options);
  for (const { environment, review } of reviews) print(`${reviewReport(environment, review)}\n`);
  const waiting = reviews.flatMap(({ environment, review }) => waitingIn(environment, review));
  const silent = reviews.filter(({ review }) => review.problem !== null).length;
  if (waiting.length === 0) {
    print(silent === 0 ? 'Nothing waits.\n' : `${silent} could not be looked at.\n`);
    return silent === 0 ? 0 : 1;
  }
  if (!options.accept) {
    print(`${waiting.length} to accept. Read them, then run this again with --accept.\n`);
    return 1;
  }
  const unasked = 'mcp pin: nobody is here to be asked; --yes accepts without asking';
  if (!options.yes && !(await confirmed(`Accept these ${waiting.length}?`, unasked))) return 1;
  const file = pinFileOf(session.config);
  await writePins(file, accept(await readPins(file), waiting, systemClock.now().toISOString()));
  print(`${waiting.length} accepted in ${file}.\n`);
  return silent === 0 ? 0 : 1;
}

interface EnvironmentReview {
  environment: string;
  review: ServerReview;
}

async function reviewAll(
  session: Session,
  { environment, server }: PinOptions,
): Promise<EnvironmentReview[]> {
  const { environments } = session.config;
  const chosen = environments
    .filter(({ name }) => environment === undefined || name === environment)
    .flatMap(({ name, mcp }) => mcp.map((access) => ({ environment: name, server: access.name })))
    .filter(({ server: name }) => server === undefined || name === server);
  if (chosen.length === 0) {
    const known = environments.flatMap(({ name, mcp }) =>
      mcp.map((access) => `${access.name} of ${name}`),
    );
    throw new CommandError(
      `mcp pin: there is no such MCP server; there are: ${known.join(', ') || 'none'}`,
    );
  }
  const names = [...new Set(chosen.map((each) => each.environment))];
  const reviewed = await Promise.all(names.map((name) => reviewEnvironment(session, name)));
  return reviewed.flat().filter(({ review }) => server === undefined || review.server === server);
}

async function reviewEnvironment(
  session: Session,
  environment: string,
): Promise<EnvironmentReview[]> {
  const remote = remoteToolsOf(session, environment);
  try {
    return (await remote.review()).map((review) => ({ environment, review }));
  } finally {
    await remote.close();
  }
}

function waitingIn(environment: string, { server, tools }: ServerReview): Acceptance[] {
  return tools.flatMap(({ tool, verdict }) =>
    verdict.state === 'new' || verdict.state === 'changed'
      ? [{ environment, server, tool, definition: verdict.definition }]
      : [],
  );
}
