import { Command } from 'commander';
import type { Channel } from '../notify/channel.ts';
import { createTerminalChannel } from '../notify/terminal/index.ts';
import { createSlack } from './compose.ts';
import { type Program, startAll, startWebhooksAlone, startWorkersAlone } from './program.ts';
import { endOfSession, openSession, print, type Session, terminalStyle } from './session.ts';

/** How long running investigations may take to end once the process was told to stop. */
const GRACE_MS = 25_000;

export function serveCommand(): Command {
  return new Command('serve')
    .description('Everything in one process: webhooks, workers and the API.')
    .action((_options: object, command: Command) =>
      runUntilTold(command, (session) => startAll(session, channelsOf(session))),
    );
}

export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description('Webhooks alone. Needs REDIS_URL or DATABASE_URL.')
    .action((_options: object, command: Command) => runUntilTold(command, startWebhooksAlone));
}

export function workerCommand(): Command {
  return new Command('worker')
    .description('Workers alone, with the API and health beside them.')
    .action((_options: object, command: Command) =>
      runUntilTold(command, (session) => startWorkersAlone(session, channelsOf(session))),
    );
}

/** Slack where it is configured, else the terminal: an incident always has a thread somewhere. */
function channelsOf({ config }: Session): Channel[] {
  return [createSlack(config) ?? createTerminalChannel({ ...terminalStyle(), write: print })];
}

async function runUntilTold(
  command: Command,
  start: (session: Session) => Promise<Program>,
): Promise<void> {
  const session = openSession(command, true);
  const end = endOfSession();
  const program = await start(session);
  session.log.info({ url: program.url, ...summaryOf(session) }, `${command.name()} is ready`);
  if (process.stdout.isTTY) {
    print(`Listening on ${program.url} (webhooks: /webhooks/alertmanager). Ctrl-C stops it.\n`);
  }
  await new Promise<void>((resolve) => {
    if (end.aborted) resolve();
    else end.addEventListener('abort', () => resolve(), { once: true });
  });
  session.log.info('stopping: letting running work end; a second signal ends it at once');
  await program.close(GRACE_MS);
  session.log.info('stopped');
}

/** What it works with, for the first line of the log: names, never a secret. */
function summaryOf({ config }: Session) {
  const { storage, model, slack, environments } = config;
  return {
    store: storage.databaseUrl === null ? `embedded in ${storage.dataDir}` : 'PostgreSQL',
    queue: storage.redisUrl === null ? 'in the store' : 'Redis',
    model: model.apiKey === null ? 'none' : model.name,
    threads: slack === null ? 'terminal' : 'Slack',
    environments: environments.map((environment) => environment.name),
  };
}
