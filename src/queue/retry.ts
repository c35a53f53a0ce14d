/**
 * How often a job may fail before it stays failed. With the delays below that is after 17 to 33 hours: an outage
 * of the database or of Slack must not cost an alert that was accepted, and somebody will have seen it by then.
 */
export const ATTEMPTS = 400;

/**
 * How often a job may be taken up for whatever reason: failures, asked-for delays, workers that died. It ends
 * what would otherwise go round for ever.
 */
export const MAX_STARTS = 2_000;

/**
 * How many workers may die at one job before it counts as what kills them. One rolling update can end a long
 * investigation twice, so BullMQ's default of 1 is too few.
 */
export const MAX_DEATHS = 5;

/**
 * Whether no further try follows if this one fails.
 * @param failures Before this try. @param starts This one included.
 */
export function isLastTry(failures: number, starts: number, attempts = ATTEMPTS): boolean {
  return failures + 1 >= attempts || starts >= MAX_STARTS;
}

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 5 * 60_000;

/**
 * Milliseconds to wait after the given number of failures (from 1): doubling, at most five minutes.
 * @param random From 0 to 1. Takes off up to a half, so that jobs that failed together come back apart.
 */
export function retryDelayMs(failures: number, random: number): number {
  const delay = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS);
  return Math.round(delay * (1 - random / 2));
}
