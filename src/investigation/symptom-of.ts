import type { Symptom } from '../analysis/symptom.ts';
import type { Incident } from '../incident/incident.ts';
import { expressionOf, namespacesOf } from './subject.ts';

/** What analysers are to explain: what the alerts of an incident say. */
export function symptomOf(incident: Incident): Symptom {
  const alerts = Object.values(incident.alerts);
  const labels = [incident.labels, ...alerts.map((alert) => alert.labels)];
  const distinct = (values: readonly string[]) => [
    ...new Set(values.filter((value) => value !== '')),
  ];
  return {
    name: incident.labels.alertname ?? incident.title,
    namespaces: distinct(labels.flatMap(namespacesOf)),
    labels,
    texts: distinct(alerts.flatMap(({ annotations }) => Object.values(annotations))),
    expressions: distinct(alerts.flatMap(({ generatorUrl }) => expressionOf(generatorUrl) ?? [])),
    since: incident.startedAt,
  };
}
