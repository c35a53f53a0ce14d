import { z } from 'zod';
import type { TimeWindow } from '../../alert/window.ts';
import { resolveRange } from '../time-range.ts';
import type { Tool } from '../tool.ts';
import { Labels, Sample, type Series } from './answers.ts';
import { Query, TimeRange } from './arguments.ts';
import type { PrometheusClient } from './client.ts';
import { renderRange, type SummarisedSeries } from './render-range.ts';
import { resolveStep } from './step.ts';
import { sparkline, spreadOf, summariseSeries } from './summary.ts';
import { thin } from './thin.ts';

const MAX_SERIES = 50;
/** Raw points in the structured result, of all series together. */
const MAX_RAW_POINTS = 5_000;

const Input = z.strictObject({
  query: Query.describe('PromQL, evaluated at every step of the range.'),
  time_range: TimeRange,
  step: z
    .string()
    .max(20)
    .optional()
    .describe('Time between two points, such as "30s". The default gives about 240 points.'),
});

const Output = z.object({
  query: z.string(),
  from: z.string(),
  to: z.string(),
  stepSeconds: z.number(),
  /** Those that moved most, at most 50. */
  series: z.array(
    z.object({
      labels: Labels,
      first: z.number().nullable(),
      last: z.number().nullable(),
      min: z.number().nullable(),
      max: z.number().nullable(),
      mean: z.number().nullable(),
      /** Where it went to another level and stayed there; `at` in Unix seconds. */
      shifts: z.array(z.object({ at: z.number(), before: z.number(), after: z.number() })),
      sparkline: z.string(),
      /** Unix seconds, and the value as Prometheus writes it: `NaN` and `+Inf` are values. */
      values: z.array(Sample),
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
      'mean, a sparkline, its changes of level, its largest jumps and where it has no data. Aggregate ' +
      '(sum by, topk) rather than ask for many series.',
    input: Input,
    output: Output,
    async run({ query, time_range: timeRange, step }, { window, signal }) {
      const range = resolveRange('time_range', timeRange, window);
      const stepSeconds = resolveStep(step, range);
      const { series, notes } = await client.queryRange(query, range, stepSeconds, signal);
      const shown = thatMovedMost(series).map((it) => ({
        series: it,
        summary: summariseSeries(it, range, stepSeconds),
      }));
      const total = series.length;
      const text = renderRange({ query, range, stepSeconds, shown, total, notes });
      const most = Math.floor(MAX_RAW_POINTS / Math.max(1, shown.length));
      const thinned = shown.some((it) => it.series.values.length > most)
        ? [`values are thinned to ${most} points a series, evenly`]
        : [];
      return {
        text,
        structured: {
          query,
          ...range,
          stepSeconds,
          series: shown.map((it) => describeSeries(it, range, most)),
          total,
          notes: [...notes, ...thinned],
        },
      };
    },
  };
}

/** What changed is what somebody looks for, so it must not be what a cut takes away. */
function thatMovedMost(series: readonly Series[]): Series[] {
  return series
    .map((it) => ({ it, spread: spreadOf(it) }))
    .sort((a, b) => b.spread - a.spread)
    .slice(0, MAX_SERIES)
    .map(({ it }) => it);
}

function describeSeries({ series, summary }: SummarisedSeries, range: TimeWindow, most: number) {
  return {
    labels: series.metric,
    first: summary.first?.value ?? null,
    last: summary.last?.value ?? null,
    min: summary.min?.value ?? null,
    max: summary.max?.value ?? null,
    mean: summary.mean,
    shifts: summary.shifts,
    sparkline: sparkline(series, range),
    values: thin(series.values, most),
  };
}
