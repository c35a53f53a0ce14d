import type { TimeWindow } from '../../alert/window.ts';
import type { Sample, Series } from './client.ts';

/** A value and when it was, in Unix seconds. */
export interface Point {
  at: number;
  value: number;
}

/** A step in the values, from one point to the next. */
interface Jump {
  at: number;
  before: number;
  after: number;
}

/** What a series did over a range. Only finite values count for min, max and mean. */
export interface SeriesSummary {
  points: number;
  first: Point | null;
  last: Point | null;
  min: Point | null;
  max: Point | null;
  mean: number | null;
  /** How many values are NaN or infinite, and when that began in Unix seconds. */
  notFinite: { points: number; since: number } | null;
  /** The largest steps, in the order of time. */
  jumps: Jump[];
  /** Spans of the range, in Unix seconds, in which there is no value. */
  gaps: { from: number; to: number }[];
}

const MAX_JUMPS = 3;
/** A step is worth telling when it covers so much of all that the series moved. */
const JUMP_SHARE = 0.3;
const MAX_GAPS = 3;

export function summariseSeries(
  series: Series,
  range: TimeWindow,
  stepSeconds: number,
): SeriesSummary {
  const points = series.values.map(toPoint);
  const finite = points.filter(({ value }) => Number.isFinite(value));
  const notFinite = points.filter(({ value }) => !Number.isFinite(value));
  const [first = null] = finite;
  const min = finite.reduce(lower, first);
  const max = finite.reduce(higher, first);
  return {
    points: points.length,
    first,
    last: finite.at(-1) ?? null,
    min,
    max,
    mean:
      finite.length === 0
        ? null
        : finite.reduce((sum, { value }) => sum + value, 0) / finite.length,
    notFinite: notFinite[0] ? { points: notFinite.length, since: notFinite[0].at } : null,
    jumps: findJumps(finite, (max?.value ?? 0) - (min?.value ?? 0)),
    gaps: findGaps(points, range, stepSeconds),
  };
}

/** Prometheus writes the values that JSON numbers cannot hold as `NaN`, `+Inf` and `-Inf`. */
function toPoint([at, text]: Sample): Point {
  if (text === '+Inf' || text === 'Inf') return { at, value: Number.POSITIVE_INFINITY };
  if (text === '-Inf') return { at, value: Number.NEGATIVE_INFINITY };
  return { at, value: Number(text) };
}

function lower(a: Point | null, b: Point): Point {
  return a === null || b.value < a.value ? b : a;
}

function higher(a: Point | null, b: Point): Point {
  return a === null || b.value > a.value ? b : a;
}

function findJumps(points: readonly Point[], spread: number): Jump[] {
  const jumps: Jump[] = [];
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (before && spread > 0 && Math.abs(point.value - before.value) >= JUMP_SHARE * spread) {
      jumps.push({ at: point.at, before: before.value, after: point.value });
    }
  }
  return jumps
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
    .slice(0, MAX_JUMPS)
    .sort((a, b) => a.at - b.at);
}

/** Where points are missing: an alert's own expression has values only while it is true. */
function findGaps(
  points: readonly Point[],
  range: TimeWindow,
  stepSeconds: number,
): SeriesSummary['gaps'] {
  const from = Date.parse(range.from) / 1000;
  const to = Date.parse(range.to) / 1000;
  const edges = [from - stepSeconds, ...points.map(({ at }) => at), to + stepSeconds];
  const gaps: SeriesSummary['gaps'] = [];
  for (const [index, at] of edges.entries()) {
    const before = edges[index - 1];
    // The last step of a range is usually cut short, so up to two steps are no gap there.
    const slack = index === edges.length - 1 ? 2.5 : 1.5;
    if (before !== undefined && at - before > slack * stepSeconds) {
      gaps.push({ from: Math.max(from, before), to: Math.min(to, at) });
    }
  }
  return gaps.slice(0, MAX_GAPS);
}

const BARS = [...'▁▂▃▄▅▆▇█'];
const SPARK_WIDTH = 30;

/** The series as a picture of 30 characters over the whole range; a dot where there is no value. */
export function sparkline(series: Series, range: TimeWindow): string {
  const from = Date.parse(range.from) / 1000;
  const length = Date.parse(range.to) / 1000 - from;
  const buckets: number[] = Array.from({ length: SPARK_WIDTH }, () => Number.NEGATIVE_INFINITY);
  for (const { at, value } of series.values.map(toPoint)) {
    const index = Math.min(SPARK_WIDTH - 1, Math.floor(((at - from) / length) * SPARK_WIDTH));
    // The highest of a bucket: an average would hide the spike that somebody looks for.
    if (Number.isFinite(value)) buckets[index] = Math.max(buckets[index] ?? value, value);
  }
  const known = buckets.filter(Number.isFinite);
  const low = Math.min(...known);
  const spread = Math.max(...known) - low;
  return buckets
    .map((value) => {
      if (!Number.isFinite(value)) return '·';
      const level = spread === 0 ? 0 : Math.round(((value - low) / spread) * (BARS.length - 1));
      return BARS[level] ?? '·';
    })
    .join('');
}
