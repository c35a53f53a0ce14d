import type { TimeWindow } from '../../alert/window.ts';
import type { Sample, Series } from './answers.ts';
import { findLevelShifts } from './level-shifts.ts';
import type { Span } from './spans.ts';
import { looksSame, parseValue } from './values.ts';

/** A value and when it was, in Unix seconds. */
export interface Point {
  at: number;
  value: number;
}

/** From one value to another, and when, in Unix seconds. */
export interface Change {
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
  /** Where it went to another level and stayed there, in the order of time. */
  shifts: Change[];
  /** The largest steps from one point to the next that are no shift, in the order of time. */
  jumps: Change[];
  /** Spans of the range in which there is no value. */
  gaps: Span[];
}

const MAX_JUMPS = 3;
/** A step is worth telling when it covers so much of all that the series moved. */
const JUMP_SHARE = 0.3;
/** A jump this near to a shift is the shift. */
const SAME_CHANGE_STEPS = 3;
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
  const shifts = findShifts(finite);
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
    shifts,
    jumps: findJumps(
      finite,
      (max?.value ?? 0) - (min?.value ?? 0),
      shifts.map(({ at }) => ({
        from: at - SAME_CHANGE_STEPS * stepSeconds,
        to: at + SAME_CHANGE_STEPS * stepSeconds,
      })),
    ),
    gaps: findGaps(points, range, stepSeconds),
  };
}

/** How far its finite values are apart; 0 when there are none. */
export function spreadOf(series: Series): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const [, text] of series.values) {
    const value = parseValue(text);
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high >= low ? high - low : 0;
}

function toPoint([at, text]: Sample): Point {
  return { at, value: parseValue(text) };
}

function findShifts(points: readonly Point[]): Change[] {
  return findLevelShifts(points.map(({ value }) => value)).flatMap(({ index, before, after }) => {
    const point = points[index];
    return point && !looksSame(before, after) ? [{ at: point.at, before, after }] : [];
  });
}

function lower(a: Point | null, b: Point): Point {
  return a === null || b.value < a.value ? b : a;
}

function higher(a: Point | null, b: Point): Point {
  return a === null || b.value > a.value ? b : a;
}

function findJumps(points: readonly Point[], spread: number, told: readonly Span[]): Change[] {
  const jumps: Change[] = [];
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (!before || looksSame(before.value, point.value)) continue;
    if (Math.abs(point.value - before.value) >= JUMP_SHARE * spread) {
      jumps.push({ at: point.at, before: before.value, after: point.value });
    }
  }
  return jumps
    .filter(({ at }) => !told.some(({ from, to }) => at >= from && at <= to))
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
    .slice(0, MAX_JUMPS)
    .sort((a, b) => a.at - b.at);
}

/** Where points are missing: an alert's own expression has values only while it is true. */
function findGaps(points: readonly Point[], range: TimeWindow, stepSeconds: number): Span[] {
  const from = Date.parse(range.from) / 1000;
  const to = Date.parse(range.to) / 1000;
  const edges = [from - stepSeconds, ...points.map(({ at }) => at), to + stepSeconds];
  const gaps: Span[] = [];
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
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const spread = looksSame(low, high) ? 0 : high - low;
  return buckets
    .map((value) => {
      if (!Number.isFinite(value)) return '·';
      const level = spread === 0 ? 0 : Math.round(((value - low) / spread) * (BARS.length - 1));
      return BARS[level] ?? '·';
    })
    .join('');
}
