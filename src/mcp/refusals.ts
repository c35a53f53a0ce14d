import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { RefusalReason } from './http-access.ts';

export interface Refusals {
  /** @param address the peer's */
  turnedAway(reason: RefusalReason, address: string | null): void;
}

export interface RefusalsOptions {
  /** Told of each. */
  count: (reason: RefusalReason) => void;
  clock: Clock;
  log: Logger;
}

const QUIET_MS = 60_000;

/**
 * Leaves a trace of callers that were turned away: each is counted, and a line of the log a minute for each
 * reason says how many there were since the last one, so that a caller who keeps trying cannot fill a disk.
 * What they sent is never in it.
 */
export function createRefusals({ count, clock, log }: RefusalsOptions): Refusals {
  const told = new Map<RefusalReason, { at: number; since: number }>();
  return {
    turnedAway(reason, address) {
      count(reason);
      const now = clock.now().getTime();
      const last = told.get(reason);
      const since = (last?.since ?? 0) + 1;
      if (last !== undefined && now - last.at < QUIET_MS) {
        told.set(reason, { at: last.at, since });
        return;
      }
      told.set(reason, { at: now, since: 0 });
      log.warn({ reason, address, count: since }, 'turned away from the tools');
    },
  };
}
