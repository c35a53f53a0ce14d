import { z } from 'zod';
import type { Stream } from './answers.ts';
import type { Direction } from './client.ts';
import { formatNanoseconds } from './nanoseconds.ts';

/** One line of a log. */
export const Entry = z.object({
  /** RFC 3339 to the nanosecond. */
  at: z.string(),
  /** The index of its stream in `streams`. */
  stream: z.number(),
  line: z.string(),
  /** What the sender attached to this one line, such as a trace id. */
  metadata: z.record(z.string(), z.string()).optional(),
});
export type Entry = z.infer<typeof Entry>;

/** All lines in the order of time: what one service says just before another fails is the point. */
export function mergeStreams(
  found: readonly Stream[],
  direction: Direction,
): { streams: Record<string, string>[]; entries: Entry[] } {
  const lines = found.flatMap(({ values }, stream) =>
    values.map((value) => ({ ...value, stream })),
  );
  // Turned round when the newest comes first, lines of one instant keep the order of their stream.
  if (direction === 'backward') lines.reverse();
  lines.sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0));
  return {
    streams: found.map(({ stream }) => stream),
    entries: lines.map(({ ns, stream, line, metadata }) => ({
      at: formatNanoseconds(ns),
      stream,
      line,
      ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    })),
  };
}
