import type { LabelSet } from '../alert/alert.ts';
import type { TimeWindow } from '../alert/window.ts';
import type { Incident } from '../incident/incident.ts';

/** What an investigation is about, drawn from the alerts once, so that gathering and prompting agree. */
export interface Subject {
  namespaces: string[];
  pods: string[];
  /** The PromQL expressions of the rules that fired. */
  expressions: string[];
  window: TimeWindow;
}

const MAX_NAMESPACES = 3;
const MAX_PODS = 5;
const MAX_EXPRESSIONS = 3;

export function subjectOf(incident: Incident, window: TimeWindow): Subject {
  const alerts = Object.values(incident.alerts).sort((a, b) =>
    a.fingerprint.localeCompare(b.fingerprint),
  );
  const values = (label: string) =>
    distinct([incident.labels, ...alerts.map((alert) => alert.labels)], label);
  const expressions = alerts.flatMap((alert) => expressionOf(alert.generatorUrl) ?? []);
  return {
    namespaces: values('namespace').slice(0, MAX_NAMESPACES),
    pods: values('pod').slice(0, MAX_PODS),
    expressions: [...new Set(expressions)].slice(0, MAX_EXPRESSIONS),
    window,
  };
}

/** The rule's query, which Prometheus puts into the graph link of an alert as `g0.expr`. */
function expressionOf(generatorUrl: string | null): string | null {
  if (generatorUrl === null || !URL.canParse(generatorUrl)) return null;
  const expression = new URL(generatorUrl).searchParams.get('g0.expr')?.trim();
  return expression === undefined || expression === '' ? null : expression;
}

function distinct(labelSets: LabelSet[], label: string): string[] {
  return [...new Set(labelSets.flatMap((labels) => labels[label] ?? []))].filter((v) => v !== '');
}
