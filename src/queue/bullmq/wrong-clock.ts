/**
 * Jobs carry times: when they are due, until when they are locked. They are of the clock of whoever wrote them,
 * and when it was an hour ahead, they are an hour away once it is right.
 */

/** How far the clocks of two machines may be apart without anybody calling one of them wrong. */
export const SKEW_MS = 10_000;

/** Of one queue, so many are put right in a round. */
export const STRANDED_AT_ONCE = 100;

/**
 * Whether a delayed job was put off by a clock that was ahead of ours: from now on it would wait for longer than it
 * was put off for. When it was taken up says nothing, for the clock may have jumped since.
 *
 * @param job When it is due, in milliseconds since 1970, and for how long it was put off.
 */
export function isStranded(job: { dueAt: number; delayMs: number }, now: number): boolean {
  return job.dueAt > now + job.delayMs + SKEW_MS;
}
