import type { JobContext } from '../../src/queue/queue.ts';

/** How a queue calls a handler: the first try of many. */
export function aTry(signal = new AbortController().signal): JobContext {
  return { signal, attempt: 1, last: false };
}
