import { z } from 'zod';
import { resolveRange } from '../time-range.ts';
import type { Tool } from '../tool.ts';
import type { LokiClient } from './client.ts';
import { Entry, mergeStreams } from './entries.ts';
import { renderLogs } from './render.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

const Input = z.strictObject({
  query: z
    .string()
    .min(1)
    .max(10_000)
    .describe('LogQL that selects lines, such as {namespace="shop", app="checkout"} |= "error".'),
  limit: z.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('Lines at most.'),
  since: z
    .string()
    .max(100)
    .optional()
    .describe(
      'A duration that counts back from the end of the investigated window, such as "15m", or FROM/TO as ' +
        'RFC 3339 instants. The default is the whole window.',
    ),
});

const Output = z.object({
  query: z.string(),
  from: z.string(),
  to: z.string(),
  /** The labels of each stream. */
  streams: z.array(z.record(z.string(), z.string())),
  /** Oldest first. */
  entries: z.array(Entry),
  /** The limit was reached: there may be older lines. */
  truncated: z.boolean(),
});

export function searchLogs(client: LokiClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'search_logs',
    title: 'Search logs',
    description:
      'Runs a LogQL log query over the time of the incident. Gives the newest lines up to the limit, in the ' +
      'order of time. Filter in the query (|= "text", |~ "regexp") rather than raise the limit.',
    input: Input,
    output: Output,
    async run({ query, limit, since }, { window, signal }) {
      const range = resolveRange('since', since, window);
      const startNs = toNanoseconds(range.from);
      // Loki leaves the end out; a line of the very last moment belongs to the window.
      const endNs = toNanoseconds(range.to) + 1n;
      const found = await client.queryRange({ query, startNs, endNs, limit }, signal);
      const { streams, entries } = mergeStreams(found);
      const structured = { query, ...range, streams, entries, truncated: entries.length >= limit };
      return { text: renderLogs(structured), structured };
    },
  };
}

function toNanoseconds(instant: string): bigint {
  return BigInt(Date.parse(instant)) * 1_000_000n;
}
