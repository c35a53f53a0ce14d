/** How fast something was, with so many of it in flight. */
export interface Speed {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Bounds {
  count: number;
  inFlight: number;
  /** Before the counted ones, so that code is compiled and connections are open. */
  warmUp: number;
  /** When it ends, however many are done. */
  seconds: number;
}

/** Does `once` again and again, `inFlight` at a time, until the count or the time is over. */
export async function measure(once: () => Promise<void>, bounds: Bounds): Promise<Speed> {
  const { count, inFlight, warmUp, seconds } = bounds;
  await inParallel(inFlight, countTo(warmUp), once);

  const durations: number[] = [];
  const startedAt = performance.now();
  const counted = countTo(count);
  const more = () => performance.now() - startedAt < seconds * 1000 && counted();
  await inParallel(inFlight, more, async () => {
    const begun = performance.now();
    await once();
    durations.push(performance.now() - begun);
  });
  const elapsed = performance.now() - startedAt;
  durations.sort((a, b) => a - b);
  return {
    perSecond: durations.length / (elapsed / 1000),
    p50Ms: quantile(durations, 0.5),
    p99Ms: quantile(durations, 0.99),
  };
}

/** True so many times. */
function countTo(count: number): () => boolean {
  let done = 0;
  return () => done++ < count;
}

async function inParallel(
  width: number,
  more: () => boolean,
  once: () => Promise<void>,
): Promise<void> {
  const loop = async () => {
    while (more()) await once();
  };
  await Promise.all(Array.from({ length: width }, loop));
}

/** Of numbers in ascending order; NaN when there are none. */
export function quantile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
