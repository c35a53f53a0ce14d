import type { TimeWindow } from '../alert/window.ts';
import type { MetricSeries } from './metrics.ts';
import type { Symptom } from './symptom.ts';

/** A series before the trouble and now. */
export interface Levels {
  /** The median until well before the symptom; null where nothing was measured then. */
  before: number | null;
  /** The median of the last minutes. */
  now: number;
  /** When it left the middle between the two for good, RFC 3339; null when it did not move. */
  since: string | null;
}

/** Alerts wait for some minutes before they fire: what led to them has begun by then. */
const LEAD_SECONDS = 15 * 60;
const NOW_SECONDS = 10 * 60;

export function levelsOf(
  { points }: MetricSeries,
  symptom: Symptom,
  window: TimeWindow,
): Levels | null {
  const end = Date.parse(window.to) / 1000;
  const began = Date.parse(symptom.since ?? window.to) / 1000 - LEAD_SECONDS;
  const recent = points.filter(([at]) => at > end - NOW_SECONDS).map(([, value]) => value);
  const now = median(recent);
  if (now === null) return null;
  const before = median(points.filter(([at]) => at <= began).map(([, value]) => value));
  return {
    before,
    now,
    since: before === null ? null : crossing(points, (before + now) / 2, now > before),
  };
}

function crossing(points: MetricSeries['points'], middle: number, rising: boolean): string | null {
  const below = points.findLastIndex(([, value]) => (rising ? value < middle : value > middle));
  const at = points[below + 1]?.[0];
  return below < 0 || at === undefined ? null : new Date(at * 1000).toISOString();
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** As a pattern that finds it among labels: names of objects have dots and hyphens, nothing else of note. */
export function labelled(name: string): RegExp {
  return new RegExp(`(?<![a-z0-9-])${name.replaceAll('.', '\\.')}(?![a-z0-9-])`);
}
