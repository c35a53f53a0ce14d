import type { Logger } from '../lib/log.ts';

const QUIET_MS = 10_000;
const MAX_MESSAGES = 100;

/**
 * Logs errors that a lost connection repeats several times a second: each message once in ten seconds, with
 * how often it was left out since. Only the message goes into the log: Redis errors carry the command with
 * its arguments, which for AUTH is the password.
 */
export function createErrorLog(log: Logger, now: () => number = Date.now) {
  const seen = new Map<string, { quietUntil: number; leftOut: number }>();
  return (what: string, error: unknown): void => {
    const message = messageOf(error);
    const before = seen.get(`${what} ${message}`);
    if (before && now() < before.quietUntil) {
      before.leftOut += 1;
      return;
    }
    if (seen.size >= MAX_MESSAGES) seen.clear();
    seen.set(`${what} ${message}`, { quietUntil: now() + QUIET_MS, leftOut: 0 });
    log.warn({ error: message, leftOut: before?.leftOut ?? 0 }, what);
  };
}

/** A connection that was refused at several addresses is an AggregateError without a message. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
