import type { Failure } from './failure.ts';

/** Whoever asks for a longer wait than this is not waited for: the investigation has a limit in seconds. */
const LONGEST_WAIT_MS = 60_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8_000;

/**
 * How long to wait before the attempt after `attempt` (0 for the first), or null when there is to be none.
 * `random` gives 0 to 1: a quarter of a backoff is left to it, so that workers do not come back together.
 */
export function retryDelay(
  failure: Failure,
  attempt: number,
  maxRetries: number,
  random: () => number,
): number | null {
  if (!failure.retry || attempt >= maxRetries) return null;
  if (failure.retryAfterMs !== null) {
    return failure.retryAfterMs <= LONGEST_WAIT_MS ? failure.retryAfterMs : null;
  }
  const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** attempt, LONGEST_BACKOFF_MS);
  return backoff * (1 - random() / 4);
}
