import type { JobContext } from '../../src/queue/queue.ts';

/** How a queue calls a handler: the first try of many, unless said. */
export function aTry(signal = new AbortController().signal, attempt = 1): JobContext {
  return { signal, attempt, last: false };
}
