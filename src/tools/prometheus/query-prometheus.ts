import { z } from 'zod';
import type { TimeWindow } from '../../alert/window.ts';
import { resolveRange } from '../time-range.ts';
import type { Tool } from '../tool.ts';
import type { PrometheusClient, Series } from './client.ts';
import { renderRange, type SummarisedSeries } from './render.ts';
import { summariseSeries } from './summary.ts';

const MAX_SERIES = 50;
/** Enough for any shape that matters, and far from the 11,000 points at which Prometheus refuses. */
const TARGET_POINTS = 240;
/** Steps that people use, in seconds. Shorter than a usual scrape interval would only repeat points. */
const STEPS = [15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];

const Input = z.strictObject({
  query: z.string().min(1).max(10_000).describe('PromQL, evaluated at every step of the range.'),
  time_range: z
    .string()
    .max(100)
    .optional()
    .describe(
      'A duration that counts back from the end of the investigated window, such as "30m", or FROM/TO as ' +
        'RFC 3339 instants. The default is the whole window.',
    ),
});

const Output = z.object({
  query: z.string(),
  from: z.string(),
  to: z.string(),
  stepSeconds: z.number(),
  /** Those that moved most, at most 50. */
  series: z.array(
    z.object({
      labels: z.record(z.string(), z.string()),
      min: z.number().nullable(),
      max: z.number().nullable(),
      mean: z.number().nullable(),
      /** Unix seconds, and the value as Prometheus writes it: `NaN` and `+Inf` are values. */
      values: z.array(z.tuple([z.number(), z.string()])),
    }),
  ),
  /** How many series matched, the cut ones included. */
  total: z.number(),
  notes: z.array(z.string()),
});

export function queryPrometheus(client: PrometheusClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'query_prometheus',
    title: 'Query metrics',
    description:
      'Runs a PromQL range query over the time of the incident. Each series comes as first, last, min, max, ' +
      'mean, a sparkline, its largest jumps and where it has no data. Aggregate (sum by, topk) rather than ' +
      'ask for many series.',
    input: Input,
    output: Output,
    async run({ query, time_range: timeRange }, { window, signal }) {
      const range = resolveRange('time_range', timeRange, window);
      const stepSeconds = chooseStep(range);
      const result = await client.queryRange(query, range, stepSeconds, signal);
      const notes = [...result.warnings, ...result.infos];
      const summarised = byMovement(result.series, range, stepSeconds);
      const shown = summarised.slice(0, MAX_SERIES);
      const total = summarised.length;
      return {
        text: renderRange({ query, range, stepSeconds, shown, total, notes }),
        structured: {
          query,
          ...range,
          stepSeconds,
          series: shown.map(({ series, summary }) => ({
            labels: series.metric,
            min: summary.min?.value ?? null,
            max: summary.max?.value ?? null,
            mean: summary.mean,
            values: series.values,
          })),
          total,
          notes,
        },
      };
    },
  };
}

export function chooseStep(range: TimeWindow): number {
  const seconds = (Date.parse(range.to) - Date.parse(range.from)) / 1000;
  const wanted = seconds / TARGET_POINTS;
  return STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted);
}

/** What changed is what somebody looks for, so it must not be what a cut takes away. */
function byMovement(
  series: readonly Series[],
  range: TimeWindow,
  stepSeconds: number,
): SummarisedSeries[] {
  return series
    .map((it) => ({ series: it, summary: summariseSeries(it, range, stepSeconds) }))
    .sort((a, b) => spread(b) - spread(a));
}

function spread({ summary: { min, max } }: SummarisedSeries): number {
  return min && max ? max.value - min.value : 0;
}
