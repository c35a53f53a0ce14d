import { z } from 'zod';
import { Instant } from '../../alert/alert.ts';
import type { TimeWindow } from '../../alert/window.ts';
import { parseDuration, resolveRange } from '../time-range.ts';
import { type Tool, ToolError } from '../tool.ts';
import { Labels } from './answers.ts';
import { Query } from './arguments.ts';
import type { PrometheusClient } from './client.ts';
import { readResults } from './instant-results.ts';
import { renderInstant } from './render-instant.ts';

const MAX_RESULTS = 200;

const Input = z.strictObject({
  query: Query.describe('PromQL, evaluated once.'),
  time: z
    .string()
    .max(100)
    .optional()
    .describe(
      'RFC 3339, or a duration that counts back from the end of the investigated window. The default is its end.',
    ),
});

const Output = z.object({
  query: z.string(),
  at: z.string(),
  type: z.enum(['vector', 'scalar', 'string']),
  /** The highest first, at most 200. A scalar or string has no labels. Values as Prometheus writes them. */
  results: z.array(z.object({ labels: Labels, value: z.string() })),
  /** How many there are, the cut ones included. */
  total: z.number(),
  notes: z.array(z.string()),
});

export function queryInstant(client: PrometheusClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'query_prometheus_instant',
    title: 'Query metrics at one time',
    description:
      'Evaluates PromQL at one time, the end of the incident by default, as a table with the highest value ' +
      'first. For who has most, or which are at a value; for how it came about use query_prometheus.',
    input: Input,
    output: Output,
    async run({ query, time }, { window, signal }) {
      const at = resolveTime(time, window);
      const answer = await client.queryInstant(query, at, signal);
      const { type, results, histograms } = readResults(answer.data);
      const notes = [
        ...answer.notes,
        ...(histograms > 0
          ? [`${histograms} more are native histograms: use histogram_quantile or histogram_avg`]
          : []),
      ];
      return {
        text: renderInstant({ query, at, type, results, notes }),
        structured: {
          query,
          at,
          type,
          results: results.slice(0, MAX_RESULTS),
          total: results.length,
          notes,
        },
      };
    },
  };
}

/** @throws ToolError that shows both forms. */
function resolveTime(text: string | undefined, window: TimeWindow): string {
  if (text === undefined || text.trim() === '') return window.to;
  if (parseDuration(text.trim()) !== null) return resolveRange('time', text, window).from;
  const instant = Instant.safeParse(text.trim());
  if (instant.success) return instant.data;
  throw new ToolError(
    `time: "${text}" is not a time. Use RFC 3339, such as "${window.to}", or a duration that counts back from ` +
      'the end of the window, such as "30m".',
  );
}
