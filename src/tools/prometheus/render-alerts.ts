import type { TimeWindow } from '../../alert/window.ts';
import { oneLine, truncate } from '../../lib/escape.ts';
import { withoutAddresses } from '../http.ts';
import { formatAge, toSecond } from '../time-range.ts';
import type { AlertHistory } from './alert-history.ts';
import type { ActiveAlert, RuleInGroup } from './answers.ts';
import { commonLabels, formatLabels, withoutLabels } from './labels.ts';
import { alertsOf, isBroken, type RuleCounts, stateOf } from './rules.ts';
import type { Span } from './spans.ts';
import { formatSample } from './values.ts';

/** Alerts of one rule in one state that are shown. */
const SHOWN_ALERTS = 5;
const SHOWN_HISTORIES = 10;
const SHOWN_SPANS = 5;
const MAX_EXPR = 600;
const MAX_ERROR = 400;

export interface HistoryText {
  range: TimeWindow;
  stepSeconds: number;
  alerts: readonly AlertHistory[];
}

interface AlertsText {
  /** Those to show. */
  rules: readonly RuleInGroup[];
  /** How many were found. */
  total: number;
  /** Of all rules. */
  counts: RuleCounts;
  history: HistoryText | null;
  notes: readonly string[];
}

export function renderAlerts({ rules, total, counts, history, notes }: AlertsText): string {
  const { broken, firing, pending, inactive } = counts;
  const cut = total - rules.length;
  return [
    `Rules now: ${broken > 0 ? `${broken} broken, ` : ''}${firing} firing, ${pending} pending, ${inactive} inactive.`,
    ...rules.flatMap(renderRule),
    ...(cut > 0 ? [`${cut} more rules were cut: use name or state.`] : []),
    ...(history ? renderHistory(history) : []),
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

function renderRule(rule: RuleInGroup): string[] {
  const alerts = alertsOf(rule);
  const shared = alerts.length === 0 ? rule.labels : commonLabels(alerts.map((it) => it.labels));
  const common = withoutLabels(shared, { alertname: '' });
  const delay = rule.type === 'alerting' && rule.duration > 0 ? `, for ${age(rule.duration)}` : '';
  const own = Object.keys(common).length === 0 ? '' : ` ${formatLabels(common)}`;
  return [
    `${headword(rule)} ${rule.name}${own} (group ${rule.group}${delay})`,
    ...(isBroken(rule)
      ? [`  error: ${truncate(oneLine(withoutAddresses(rule.lastError)), MAX_ERROR)}`]
      : []),
    `  expr: ${truncate(oneLine(rule.query), MAX_EXPR)}`,
    ...(['firing', 'pending'] as const).flatMap((state) =>
      renderAlertsOf(
        alerts.filter((alert) => alert.state === state),
        { ...common, alertname: rule.name },
      ),
    ),
  ];
}

function headword(rule: RuleInGroup): string {
  const state = stateOf(rule);
  const word = isBroken(rule) ? 'BROKEN' : (state ?? 'recording').toUpperCase();
  return isBroken(rule) && state !== null && state !== 'inactive' ? `${word}, ${state}` : word;
}

function renderAlertsOf(alerts: readonly ActiveAlert[], told: Record<string, string>): string[] {
  const more = alerts.slice(SHOWN_ALERTS);
  return [
    ...alerts
      .slice(0, SHOWN_ALERTS)
      .map(
        (alert) =>
          `  ${alert.state} since ${instant(alert)}, value ${formatSample(alert.value)}  ${formatLabels(withoutLabels(alert.labels, told))}`,
      ),
    ...fold(more),
  ];
}

function fold(more: readonly ActiveAlert[]): string[] {
  const [first] = more;
  const last = more.at(-1);
  if (!first || !last) return [];
  const span =
    first === last ? `since ${instant(first)}` : `since ${instant(first)} to ${instant(last)}`;
  return [`  ${more.length} more ${first.state} ${span}`];
}

function instant({ activeAt }: ActiveAlert): string {
  const ms = Date.parse(activeAt ?? '');
  return Number.isNaN(ms) ? '<unknown>' : toSecond(ms);
}

function renderHistory({ range, stepSeconds, alerts }: HistoryText): string[] {
  const over = `${toSecond(range.from)} to ${toSecond(range.to)}`;
  if (alerts.length === 0) return [`History ${over}: neither pending nor firing.`];
  const common = commonLabels(alerts.map(({ labels }) => labels));
  const cut = alerts.length - SHOWN_HISTORIES;
  const own = Object.keys(common).length === 0 ? '' : `, all ${formatLabels(common)}`;
  return [
    `History ${over}, seen every ${age(stepSeconds)}: ${alerts.length} alert${alerts.length === 1 ? '' : 's'}${own}`,
    ...alerts
      .slice(0, SHOWN_HISTORIES)
      .map(
        (alert) =>
          `  ${formatLabels(withoutLabels(alert.labels, common))}  ${describe(alert, range, stepSeconds)}`,
      ),
    ...(cut > 0 ? [`  ${cut} more alerts, which fired for less time`] : []),
  ];
}

function describe(alert: AlertHistory, range: TimeWindow, stepSeconds: number): string {
  const { firing, firingSeconds, pendingOnly, activeBefore } = alert;
  const fired =
    firing.length === 0
      ? 'never fired'
      : `fired ${times(firing.length)}, ${age(firingSeconds)} in all: ${listSpans(firing, range, stepSeconds)}`;
  return [
    fired,
    ...(activeBefore === null ? [] : [`active since ${toSecond(activeBefore * 1000)}`]),
    ...(pendingOnly.length === 0
      ? []
      : [
          `pending without firing ${times(pendingOnly.length)}: ${listSpans(pendingOnly, range, stepSeconds)}`,
        ]),
  ].join('; ');
}

function listSpans(spans: readonly Span[], range: TimeWindow, stepSeconds: number): string {
  const oneDay = range.from.slice(0, 10) === range.to.slice(0, 10);
  const clock = (at: number) => toSecond(at * 1000).slice(oneDay ? 11 : 0);
  const end = Date.parse(range.to) / 1000;
  const shown = spans
    .slice(-SHOWN_SPANS)
    .map(({ from, to }) => `${clock(from)} to ${end - to < stepSeconds ? 'the end' : clock(to)}`);
  const cut = spans.length - shown.length;
  return [...(cut > 0 ? [`${cut} earlier`] : []), ...shown].join(', ');
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function age(seconds: number): string {
  return formatAge(seconds * 1000);
}
