import { Command } from 'commander';
import type { Channel } from '../notify/channel.ts';
import { createTerminalChannel } from '../notify/terminal/index.ts';
import { createNotes, createSlack } from './compose.ts';
import { type Program, startAll, startWebhooksAlone, startWorkersAlone } from './program.ts';
import { runUntilTold } from './run-until-told.ts';
import { openSession, print, type Session, terminalStyle } from './session.ts';

export function serveCommand(): Command {
  return new Command('serve')
    .description('Everything in one process: webhooks, workers and the API.')
    .action((_options: object, command: Command) =>
      run(command, (session) => startAll(session, channelsOf(session))),
    );
}

export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description('Webhooks alone. Needs REDIS_URL or DATABASE_URL.')
    .action((_options: object, command: Command) => run(command, startWebhooksAlone));
}

export function workerCommand(): Command {
  return new Command('worker')
    .description('Workers alone, with the API and health beside them.')
    .action((_options: object, command: Command) =>
      run(command, (session) => startWorkersAlone(session, channelsOf(session))),
    );
}

/** Slack where it is configured, else the terminal: an incident always has a thread somewhere. */
function channelsOf({ config, redact }: Session): Channel[] {
  const thread = createSlack(config) ?? createTerminalChannel({ ...terminalStyle(), write: print });
  const notes = createNotes(config, redact);
  return notes === null ? [thread] : [thread, notes];
}

function run(command: Command, start: (session: Session) => Promise<Program>): Promise<void> {
  const session = openSession(command, true);
  return runUntilTold(session, {
    name: command.name(),
    start: () => start(session),
    facts: summaryOf(session),
    hint: 'webhooks: /webhooks/alertmanager, generic, grafana or pagerduty',
  });
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
