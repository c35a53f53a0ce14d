import { z } from 'zod';
import { closestNames, didYouMean } from '../closest-names.ts';
import { withoutAddresses } from '../http.ts';
import { resolveRange } from '../time-range.ts';
import { type Tool, type ToolContext, ToolError } from '../tool.ts';
import { readHistory } from './alert-history.ts';
import { Labels, type RuleInGroup } from './answers.ts';
import { TimeRange } from './arguments.ts';
import type { PrometheusClient } from './client.ts';
import { PrometheusFailure } from './refusal.ts';
import { type HistoryText, renderAlerts } from './render-alerts.ts';
import { alertsOf, countRules, selectRules, stateOf } from './rules.ts';
import { chooseStep } from './step.ts';

const MAX_RULES = 30;
const MAX_ALERTS_OF_A_RULE = 100;
const MAX_HISTORIES = 100;

const Input = z.strictObject({
  name: z.string().min(1).max(500).optional().describe('The alertname; adds its history.'),
  state: z.enum(['firing', 'pending', 'inactive']).optional().describe('Only rules in this state.'),
  history: TimeRange.describe(
    'With name: the time of its history, as a duration back from the end of the investigated window, such as ' +
      '"24h", or FROM/TO as RFC 3339 instants. The default is the whole window.',
  ),
});

const Span = z.object({ from: z.number(), to: z.number() });

const Output = z.object({
  /** As they are now: broken ones first, then firing, pending, inactive; at most 30. */
  rules: z.array(
    z.object({
      name: z.string(),
      group: z.string(),
      type: z.enum(['alerting', 'recording']),
      state: z.string().nullable(),
      expr: z.string(),
      forSeconds: z.number().nullable(),
      health: z.string(),
      lastError: z.string(),
      /** At most 100, those that have been active for longest first. */
      alerts: z.array(
        z.object({
          state: z.string(),
          since: z.string().nullable(),
          value: z.string(),
          labels: Labels,
        }),
      ),
    }),
  ),
  counts: z.object({
    broken: z.number(),
    firing: z.number(),
    pending: z.number(),
    inactive: z.number(),
  }),
  /** Of the alerts with the given name, at most 100; times in Unix seconds. */
  history: z
    .object({
      from: z.string(),
      to: z.string(),
      stepSeconds: z.number(),
      alerts: z.array(
        z.object({
          labels: Labels,
          firing: z.array(Span),
          firingSeconds: z.number(),
          pendingOnly: z.array(Span),
          activeBefore: z.number().nullable(),
        }),
      ),
    })
    .nullable(),
  notes: z.array(z.string()),
});

export function prometheusAlerts(client: PrometheusClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'prometheus_alerts',
    title: 'Alerts and their rules',
    description:
      'The alerting rules that fire, are pending or cannot be evaluated, each with its expression, and its ' +
      'alerts with since when and at which value: the state now. With the name of an alert, also when and how ' +
      'often it fired over the time of the incident.',
    input: Input,
    output: Output,
    async run({ name, state, history: span }, context) {
      if (span !== undefined && name === undefined) {
        throw new ToolError('history: needs the name of an alert.');
      }
      const [rules, history] = await Promise.all([
        readRules(client, name, context.signal),
        name === undefined ? null : readAlertHistory(client, name, span, context),
      ]);
      const found = selectRules(rules.all, name, state);
      const counts = countRules(rules.all);
      const unknown = name !== undefined && !rules.all.some((rule) => rule.name === name);
      const notes = [
        ...rules.notes,
        ...(unknown && rules.complete
          ? [
              `no rule has the name ${name}`,
              ...didYouMean(closestNames(name, alertNames(rules.all))),
            ]
          : []),
        ...(history?.notes ?? []),
      ];
      const shown = found.slice(0, MAX_RULES);
      return {
        text: renderAlerts({ rules: shown, total: found.length, counts, history, notes }),
        structured: {
          rules: shown.map(describeRule),
          counts,
          history: history && {
            ...history.range,
            stepSeconds: history.stepSeconds,
            alerts: history.alerts.slice(0, MAX_HISTORIES),
          },
          notes,
        },
      };
    },
  };
}

interface ReadRules {
  all: RuleInGroup[];
  notes: string[];
  /** False when the rules could not be read. */
  complete: boolean;
}

/** A system without rules may still have the history of its alerts, so with a name that is a note. */
async function readRules(
  client: PrometheusClient,
  name: string | undefined,
  signal: AbortSignal,
): Promise<ReadRules> {
  try {
    const { rules, hidden, notes } = await client.rules(signal);
    const told = hidden === 0 ? [] : [`rules about other namespaces, not shown: ${hidden}`];
    return { all: rules, notes: [...notes, ...told], complete: true };
  } catch (error) {
    if (name === undefined || !(error instanceof PrometheusFailure)) throw error;
    return { all: [], notes: [error.message], complete: false };
  }
}

async function readAlertHistory(
  client: PrometheusClient,
  name: string,
  span: string | undefined,
  { window, signal }: ToolContext,
): Promise<HistoryText & { notes: string[] }> {
  const range = resolveRange('history', span, window);
  const stepSeconds = chooseStep(range);
  const selector = `{alertname=${JSON.stringify(name)}}`;
  const [alerts, since] = await Promise.all([
    client.queryRange(`ALERTS${selector}`, range, stepSeconds, signal),
    client.queryRange(`ALERTS_FOR_STATE${selector}`, range, stepSeconds, signal),
  ]);
  return {
    range,
    stepSeconds,
    alerts: readHistory(alerts.series, since.series, range, stepSeconds),
    notes: alerts.notes,
  };
}

function alertNames(rules: readonly RuleInGroup[]): string[] {
  return [...new Set(rules.filter(({ type }) => type === 'alerting').map(({ name }) => name))];
}

function describeRule(rule: RuleInGroup) {
  return {
    name: rule.name,
    group: rule.group,
    type: rule.type,
    state: stateOf(rule),
    expr: rule.query,
    forSeconds: rule.type === 'alerting' ? rule.duration : null,
    health: rule.health,
    lastError: withoutAddresses(rule.lastError),
    alerts: alertsOf(rule)
      .slice(0, MAX_ALERTS_OF_A_RULE)
      .map(({ state, activeAt, value, labels }) => ({
        state,
        since: activeAt ?? null,
        value,
        labels,
      })),
  };
}
