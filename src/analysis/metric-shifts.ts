import type { TimeWindow } from '../alert/window.ts';
import type { MetricId } from './metric-queries.ts';
import type { MetricSeries } from './metrics.ts';

/** How a series was before the symptom, and how it is with it. */
export interface MetricShift {
  series: MetricSeries;
  /** Medians. */
  before: number;
  after: number;
  direction: 'up' | 'down';
  /** By how many times the usual spread of the series it moved. */
  score: number;
  /** When it left its former level for good, RFC 3339. */
  since: string;
}

type Points = MetricSeries['points'];

/** A rule fires some minutes after what it tells of began: they are neither before nor after. */
const LEAD_MS = 15 * 60_000;
/** Without a symptom's time, this much of the end of the window is asked about. */
const RECENT_MS = 15 * 60_000;
const MIN_BEFORE = 5;
const MIN_AFTER = 3;
/** Of the level before: what varies less than this does so by chance. */
const MIN_RELATIVE_SPREAD = 0.05;
const MIN_SCORE = 3;
/** What nobody would call a change, in the series' own unit, whatever its spread. */
const FLOOR: Partial<Record<MetricId, number>> = {
  cpu: 0.03,
  throttled: 0.03,
  'limit-share': 0.05,
  'network-loss': 0.2,
  requests: 0.2,
  errors: 0.01,
  duration: 0.02,
  'volume-used': 0.02,
  'volume-inodes': 0.02,
  'queue-length': 20,
  'connection-share': 0.05,
  'node-share': 0.05,
  'node-network': 0.01,
  'dns-errors': 0.01,
};

/** Null for a series that did not move, or that says too little. */
export function shiftOf(
  series: MetricSeries,
  since: string | null,
  window: TimeWindow,
): MetricShift | null {
  const end = Date.parse(window.to);
  const start = since === null ? end - RECENT_MS : Math.min(Date.parse(since), end);
  const before = valuesOf(series.points.filter(([at]) => at * 1000 < start - LEAD_MS));
  const after = valuesOf(series.points.filter(([at]) => at * 1000 >= start - 60_000));
  if (before.length < MIN_BEFORE || after.length < MIN_AFTER) return null;
  const [was, is] = [quantile(before, 0.5), quantile(after, 0.5)];
  const spread = Math.max(
    quantile(before, 0.75) - quantile(before, 0.25),
    Math.abs(was) * MIN_RELATIVE_SPREAD,
    series.id === null ? 0 : (FLOOR[series.id] ?? 0),
  );
  const moved = Math.abs(is - was);
  const score = spread === 0 ? (moved === 0 ? 0 : MIN_SCORE) : moved / spread;
  if (score < MIN_SCORE) return null;
  return {
    series,
    before: was,
    after: is,
    direction: is > was ? 'up' : 'down',
    score,
    since: onsetOf(series.points, was, is),
  };
}

/** What moved with a symptom, the strongest first. */
export function shiftsOf(
  metrics: readonly MetricSeries[],
  since: string | null,
  window: TimeWindow,
): MetricShift[] {
  return metrics
    .flatMap((series) => shiftOf(series, since, window) ?? [])
    .sort((a, b) => b.score - a.score || Date.parse(a.since) - Date.parse(b.since));
}

/** The median of what was measured at the end of a window; null where nothing was. */
export function levelAtEnd(
  { points }: MetricSeries,
  window: TimeWindow,
  lastMs = 5 * 60_000,
): number | null {
  const from = Date.parse(window.to) - lastMs;
  const values = valuesOf(points.filter(([at]) => at * 1000 >= from));
  return values.length === 0 ? null : quantile(values, 0.5);
}

/** The first point past half way to the new level from which on most of them stay there. */
function onsetOf(points: Points, before: number, after: number): string {
  const half = (before + after) / 2;
  const isPast = ([, value]: Points[number]) => (after > before ? value >= half : value <= half);
  // One count back from the end: past half way adds, short of it takes away. Its peak is where it began.
  let sum = 0;
  let best = 0;
  let found = points.length - 1;
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const point = points[index];
    if (point === undefined) break;
    sum += isPast(point) ? 1 : -1;
    if (sum >= best) [best, found] = [sum, index];
  }
  const at = points[found]?.[0] ?? 0;
  return new Date(at * 1000).toISOString();
}

function valuesOf(points: Points): number[] {
  return points.map(([, value]) => value).sort((a, b) => a - b);
}

/** Of sorted values, at least one. */
function quantile(values: readonly number[], share: number): number {
  const at = (values.length - 1) * share;
  const [low = 0, high = low] = [values[Math.floor(at)], values[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}
