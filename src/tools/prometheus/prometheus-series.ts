import { z } from 'zod';
import { alignColumns } from '../table.ts';
import { resolveRange, toSecond } from '../time-range.ts';
import type { Tool } from '../tool.ts';
import { Labels } from './answers.ts';
import { Match, TimeRange } from './arguments.ts';
import type { PrometheusClient } from './client.ts';
import { foldSeries, type LabelFold } from './fold-series.ts';
import { commonLine } from './labels.ts';

/** Read at most; a selector that matches more is better made narrower than folded. */
const MAX_SERIES = 20_000;
const EXAMPLES = 5;

const Input = z.strictObject({
  match: Match.describe(
    'A series selector, such as up{job="api"} or {namespace="shop", __name__=~"http_.+"}.',
  ),
  since: TimeRange,
});

const Output = z.object({
  match: z.string(),
  from: z.string(),
  to: z.string(),
  total: z.number(),
  /** What all series have. */
  common: Labels,
  /** The others, those with the fewest values first. */
  labels: z.array(
    z.object({
      name: z.string(),
      /** How many values it has, and how many series have it. */
      values: z.number(),
      series: z.number(),
      examples: z.array(z.string()),
    }),
  ),
  notes: z.array(z.string()),
});

export function prometheusSeries(client: PrometheusClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'prometheus_series',
    title: 'Find series',
    description:
      'Which series a selector matches: how many, the labels that all have, and how many values each other ' +
      'label has, with examples. Use it before a query, to see what to select and what to group by.',
    input: Input,
    output: Output,
    async run({ match, since }, { window, signal }) {
      const range = resolveRange('since', since, window);
      const answer = await client.series(match, range, MAX_SERIES, signal);
      const { common, labels } = foldSeries(answer.series, EXAMPLES);
      const total = answer.series.length;
      const notes = [
        ...answer.notes,
        ...(total === MAX_SERIES
          ? [`only the first ${MAX_SERIES} series were read: add label matchers`]
          : []),
      ];
      const over = `${toSecond(range.from)} to ${toSecond(range.to)}`;
      const text = [
        `${match}: ${total === 0 ? 'no' : total} series from ${over}`,
        ...(total === 0
          ? [
              'A metric name or label may be wrong: prometheus_metadata and prometheus_labels find them.',
            ]
          : [...commonLine(common), ...table(labels, total)]),
        ...notes.map((note) => `Note: ${note}`),
      ].join('\n');
      return { text, structured: { match, ...range, total, common, labels, notes } };
    },
  };
}

function table(labels: readonly LabelFold[], total: number): string[] {
  if (labels.length === 0) return [];
  const rows = labels.map(({ name, values, series, examples }) => [
    name === '__name__' ? 'METRIC' : name,
    String(values),
    `${examples.join(', ')}${examples.length > 0 && values > examples.length ? ', …' : ''}${series < total ? ` (on ${series} series)` : ''}`,
  ]);
  return alignColumns([['LABEL', 'VALUES', 'SUCH AS'], ...rows]);
}
