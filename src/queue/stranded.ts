/** How far the clocks of two machines may be apart without anybody calling one of them wrong. */
const SKEW_MS = 10_000;

/**
 * Whether a delayed job was put off by a clock that was ahead of ours: the time that it waits for is on that
 * clock. One that is set back by an hour would leave the job, and the thread that it is for, waiting for that hour.
 *
 * @param job When it was added and, if ever, last taken up, in milliseconds of the clock of whoever did it.
 */
export function isStranded(
  { timestamp, processedOn }: { timestamp: number; processedOn?: number | undefined },
  now: number,
): boolean {
  return (processedOn ?? timestamp) > now + SKEW_MS;
}
