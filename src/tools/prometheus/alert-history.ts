import type { TimeWindow } from '../../alert/window.ts';
import type { Labels, Series } from './answers.ts';
import { withoutLabels } from './labels.ts';
import { type Span, spansOf } from './spans.ts';
import { parseValue } from './values.ts';

/** What one alert did over a range: all times in Unix seconds, as far as the step tells them apart. */
export interface AlertHistory {
  /** Without the name of the alert and its state. */
  labels: Labels;
  firing: Span[];
  /** How long it fired in all. */
  firingSeconds: number;
  /** Where it was pending and then did not fire. */
  pendingOnly: Span[];
  /** Since when it had been active, pending included, when the range began; null when it was not. */
  activeBefore: number | null;
}

const OWN_LABELS: Labels = { __name__: '', alertname: '', alertstate: '' };

/**
 * @param alerts Of `ALERTS`, which is 1 while an alert is pending or firing.
 * @param activeSince Of `ALERTS_FOR_STATE`, whose value is when the alert became active, in Unix seconds.
 */
export function readHistory(
  alerts: readonly Series[],
  activeSince: readonly Series[],
  range: TimeWindow,
  stepSeconds: number,
): AlertHistory[] {
  const start = Date.parse(range.from) / 1000;
  const since = new Map(
    activeSince.map(({ metric, values }) => [keyOf(metric), parseValue(values[0]?.[1] ?? '')]),
  );
  const histories = [...Map.groupBy(alerts, ({ metric }) => keyOf(metric))].map(([key, series]) => {
    const firing = runsOf(series, 'firing', stepSeconds);
    const pending = runsOf(series, 'pending', stepSeconds);
    const before = since.get(key) ?? Number.NaN;
    return {
      labels: withoutLabels(series[0]?.metric ?? {}, OWN_LABELS),
      firing,
      firingSeconds: firing.reduce((sum, { from, to }) => sum + to - from + stepSeconds, 0),
      pendingOnly: pending.filter(({ to }) => !firing.some((it) => follows(it, to, stepSeconds))),
      activeBefore: before < start ? before : null,
    };
  });
  return histories.sort((a, b) => b.firingSeconds - a.firingSeconds);
}

function keyOf(metric: Labels): string {
  return JSON.stringify(Object.entries(withoutLabels(metric, OWN_LABELS)).sort());
}

function runsOf(series: readonly Series[], state: string, stepSeconds: number): Span[] {
  return series
    .filter(({ metric }) => metric.alertstate === state)
    .flatMap(({ values }) => spansOf(values, stepSeconds));
}

function follows({ from }: Span, end: number, stepSeconds: number): boolean {
  return from >= end && from - end <= 1.5 * stepSeconds;
}
