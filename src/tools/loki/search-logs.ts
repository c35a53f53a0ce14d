import { z } from 'zod';
import { resolveRange } from '../time-range.ts';
import type { Tool } from '../tool.ts';
import { IndexStats } from './answers.ts';
import { LogQuery, limitedTo, Namespaces, Since } from './arguments.ts';
import type { LokiClient } from './client.ts';
import { Entry, mergeStreams } from './entries.ts';
import { nsRange } from './nanoseconds.ts';
import { preflight } from './preflight.ts';
import { renderLogs } from './render.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

const Input = z.strictObject({
  query: LogQuery.describe(
    'LogQL that selects lines, such as {namespace="shop", app="checkout"} |= "error".',
  ),
  limit: z.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('Lines at most.'),
  direction: z
    .enum(['backward', 'forward'])
    .default('backward')
    .describe('Which lines when there are more: backward the newest, forward the oldest.'),
  since: Since,
});

const Output = z.object({
  query: z.string(),
  from: z.string(),
  to: z.string(),
  direction: z.enum(['backward', 'forward']),
  /** The labels of each stream. */
  streams: z.array(z.record(z.string(), z.string())),
  /** Oldest first. */
  entries: z.array(Entry),
  /** The limit was reached: there may be older lines, or newer ones when asked forward. */
  truncated: z.boolean(),
  /** What the index estimates for the selector alone; left out where it cannot tell. */
  index: IndexStats.optional(),
  namespaces: Namespaces,
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
    async run({ query, limit, direction, since }, { window, signal }) {
      const times = resolveRange('since', since, window);
      const range = nsRange(times);
      const index = await preflight(client, { query, range }, signal);
      const found = await client.queryRange({ query, ...range, limit, direction }, signal);
      const { streams, entries } = mergeStreams(found, direction);
      const structured = {
        query,
        ...times,
        direction,
        streams,
        entries,
        truncated: entries.length >= limit,
        ...(index === null ? {} : { index }),
        ...limitedTo(client.namespaces),
      };
      return { text: renderLogs(structured), structured };
    },
  };
}
