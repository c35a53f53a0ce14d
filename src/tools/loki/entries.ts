import { z } from 'zod';
import type { Stream } from './client.ts';

/** One line of a log. */
export const Entry = z.object({
  /** RFC 3339 to the nanosecond. */
  at: z.string(),
  /** The index of its stream in `streams`. */
  stream: z.number(),
  line: z.string(),
});
export type Entry = z.infer<typeof Entry>;

/** All lines in the order of time: what one service says just before another fails is the point. */
export function mergeStreams(found: readonly Stream[]): {
  streams: Record<string, string>[];
  entries: Entry[];
} {
  const lines = found.flatMap(({ values }, stream) =>
    values.map(([ns, line]) => ({ ns: BigInt(ns), stream, line })),
  );
  // Within a stream the newest comes first; turned round, lines of one instant keep their order.
  lines.reverse();
  lines.sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0));
  return {
    streams: found.map(({ stream }) => stream),
    entries: lines.map(({ ns, stream, line }) => ({ at: formatNanoseconds(ns), stream, line })),
  };
}

/** `2026-11-21T03:11:40.123456789Z`, exact to the last digit. */
function formatNanoseconds(ns: bigint): string {
  const second = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const fraction = String(ns % 1_000_000_000n).padStart(9, '0');
  return `${second}.${fraction}Z`;
}
