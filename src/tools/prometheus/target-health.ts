import type { TimeWindow } from '../../alert/window.ts';
import type { Labels, Series, Target } from './answers.ts';
import { withoutLabels } from './labels.ts';
import { type Span, spansOf } from './spans.ts';

export interface DownTarget {
  labels: Labels;
  /** Empty where it is not known. */
  lastError: string;
  /** RFC 3339: the start of the time without a good scrape that lasts to the end of the range, if there is one. */
  since: string | null;
  /** It was down when the range began, so `since` is only the beginning of the range. */
  before: boolean;
}

export interface RecoveredTarget {
  labels: Labels;
  /** When it was down, in Unix seconds. */
  down: Span[];
}

export interface TargetHealth {
  down: DownTarget[];
  recovered: RecoveredTarget[];
}

/**
 * Who is down, and since when; who was down during the range and is no longer.
 *
 * @param down The targets that are down.
 * @param failures Of `up == 0`: points only where a scrape failed.
 */
export function readHealth(
  down: readonly Pick<Target, 'labels' | 'lastError'>[],
  failures: readonly Series[],
  range: TimeWindow,
  stepSeconds: number,
): TargetHealth {
  const runs = new Map(
    failures.map(({ metric, values }) => [keyOf(metric), spansOf(values, stepSeconds)]),
  );
  const keys = new Set(down.map(({ labels }) => keyOf(labels)));
  return {
    down: down.map(({ labels, lastError }) => ({
      labels,
      lastError,
      ...sinceWhen(runs.get(keyOf(labels)) ?? [], range, stepSeconds),
    })),
    recovered: failures
      .filter(({ metric }) => !keys.has(keyOf(metric)))
      .map(({ metric, values }) => ({
        labels: withoutLabels(metric, NAME),
        down: spansOf(values, stepSeconds),
      })),
  };
}

/** Those that `up == 0` has at the end of the range, for a system that does not tell its targets. */
export function downAtEnd(
  failures: readonly Series[],
  range: TimeWindow,
  stepSeconds: number,
): { labels: Labels; lastError: string }[] {
  return failures
    .filter(({ values }) => reachesEnd(spansOf(values, stepSeconds).at(-1), range, stepSeconds))
    .map(({ metric }) => ({ labels: withoutLabels(metric, NAME), lastError: '' }));
}

const NAME: Labels = { __name__: '' };

function sinceWhen(runs: readonly Span[], range: TimeWindow, stepSeconds: number) {
  const last = runs.at(-1);
  if (!last || !reachesEnd(last, range, stepSeconds)) return { since: null, before: false };
  return {
    since: new Date(last.from * 1000).toISOString(),
    before: last.from - Date.parse(range.from) / 1000 < stepSeconds,
  };
}

function reachesEnd(span: Span | undefined, range: TimeWindow, stepSeconds: number): boolean {
  return span !== undefined && Date.parse(range.to) / 1000 - span.to < stepSeconds;
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(withoutLabels(labels, NAME)).sort());
}
