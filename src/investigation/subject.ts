import type { LabelSet } from '../alert/alert.ts';
import type { TimeWindow } from '../alert/window.ts';
import { type Members, NO_MEMBERS } from '../incident/gather-of.ts';
import type { Incident } from '../incident/incident.ts';
import { outlineOf, type PodRef } from '../incident/outline.ts';

/** What an investigation is about, drawn from the alerts once, so that gathering and prompting agree. */
export interface Subject {
  namespaces: string[];
  pods: string[];
  /** The PromQL expressions of the rules that fired; null where no alert asks. */
  expressions: string[] | null;
  /** Of the incidents that share the investigation: what the first one's alerts do not name themselves. */
  beyond: { namespaces: string[]; pods: PodRef[]; nodes: string[] };
  window: TimeWindow;
}

const MAX_NAMESPACES = 3;
const MAX_PODS = 5;
const MAX_EXPRESSIONS = 3;
const MAX_BEYOND = 3;

export function subjectOf(
  incident: Incident,
  window: TimeWindow,
  members: Members = NO_MEMBERS,
): Subject {
  const alerts = Object.values(incident.alerts).sort((a, b) =>
    a.fingerprint.localeCompare(b.fingerprint),
  );
  const labelSets = [incident.labels, ...alerts.map((alert) => alert.labels)];
  const expressions = alerts.flatMap((alert) => expressionOf(alert.generatorUrl) ?? []);
  const namespaces = distinct(labelSets.flatMap(namespacesOf)).slice(0, MAX_NAMESPACES);
  return {
    namespaces,
    pods: distinct(labelSets.flatMap((labels) => labels.pod ?? [])).slice(0, MAX_PODS),
    expressions: alerts.length === 0 ? null : [...new Set(expressions)].slice(0, MAX_EXPRESSIONS),
    beyond: beyond(incident, namespaces, members),
    window,
  };
}

function beyond(incident: Incident, namespaces: string[], { shown }: Members): Subject['beyond'] {
  if (shown.length === 0) return { namespaces: [], pods: [], nodes: [] };
  const others = shown.flatMap((member) => member.namespaces);
  const nodes = [outlineOf(incident), ...shown].flatMap((outline) => outline.nodes);
  return {
    namespaces: mostFrequent(others.filter((name) => !namespaces.includes(name))),
    pods: shown.flatMap(({ pods }) => pods.slice(0, 1)).slice(0, MAX_BEYOND),
    nodes: mostFrequent(nodes),
  };
}

function mostFrequent(values: string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, MAX_BEYOND)
    .map(([value]) => value);
}

/** The rule's query, which Prometheus puts into the graph link of an alert as `g0.expr`. */
export function expressionOf(generatorUrl: string | null): string | null {
  if (generatorUrl === null || !URL.canParse(generatorUrl)) return null;
  const expression = new URL(generatorUrl).searchParams.get('g0.expr')?.trim();
  return expression === undefined || expression === '' ? null : expression;
}

/**
 * Where a metric has a `namespace` of its own, Prometheus keeps that as `exported_namespace`, and `namespace` is where the
 * exporter runs. Meshes and OpenTelemetry have words of their own.
 */
const NAMESPACE_LABELS = [
  'exported_namespace',
  'namespace',
  'destination_workload_namespace',
  'destination_service_namespace',
  'k8s_namespace_name',
  'kubernetes_namespace',
];

export function namespacesOf(labels: LabelSet): string[] {
  const name = NAMESPACE_LABELS.find((label) => (labels[label] ?? '') !== '');
  return name === undefined ? [] : [labels[name] ?? ''];
}

function distinct(values: string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '');
}
