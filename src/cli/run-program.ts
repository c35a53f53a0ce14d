import type { Command } from 'commander';
import type { Program } from './program.ts';
import { runUntilTold } from './run-until-told.ts';
import { openSession, type Session } from './session.ts';

/** Runs a program that takes webhooks or works on them, until it is told to end. */
export function runProgram(
  command: Command,
  start: (session: Session) => Promise<Program>,
): Promise<void> {
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
