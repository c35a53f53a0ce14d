import { once } from 'node:events';
import type { Program } from './program.ts';
import { endOfSession, print, type Session } from './session.ts';

export interface Running {
  /** For the log: the name of the command. */
  name: string;
  start: () => Promise<Program>;
  /** For the first line of the log: names, never a secret. */
  facts: object;
  /** What else to tell a person at a terminal. */
  hint: string;
}

/** Starts a program, and drains it when Ctrl-C or the supervisor asks for it. */
export async function runUntilTold(
  { config, log }: Session,
  { name, start, facts, hint }: Running,
): Promise<void> {
  const end = endOfSession();
  const told = once(end, 'abort');
  const program = await Promise.race([start(), told.then(() => null)]);
  if (program === null) {
    // What it was opening may never answer, and is made to bear that its process is killed.
    log.info('stopped before it was ready');
    process.exit(0);
  }
  log.info({ url: program.url, ...facts }, `${name} is ready`);
  if (process.stdout.isTTY) {
    print(`Listening on ${program.url} (${hint}). Ctrl-C stops it.\n`);
  }
  await told;
  log.info('stopping: letting running work end; a second signal ends it at once');
  await program.close(config.limits.drainSeconds * 1000);
  log.info('stopped');
}
