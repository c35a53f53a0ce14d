import { investigationWindow, type TimeWindow } from '../alert/window.ts';
import type { Symptom } from '../analysis/symptom.ts';
import type { Incident } from '../incident/incident.ts';
import { digest } from '../lib/digest.ts';

/** What a person asks about without an alert. */
export interface Question {
  environment: string;
  namespace: string;
  /** The name of a workload, Service or pod of it; null for all that is in it. */
  workload: string | null;
  /** RFC 3339: the time that is asked about. */
  at: string;
}

/** A question in the terms of an investigation: an incident that nobody has sent, and what is to be explained. */
export function asInvestigation(question: Question): {
  runId: string;
  incident: Incident;
  window: TimeWindow;
  symptom: Symptom;
} {
  const { environment, namespace, workload, at } = question;
  const id = digest(['question', environment, namespace, workload ?? '', at], 12);
  const labels = { namespace, ...(workload === null ? {} : { workload, pod: workload }) };
  return {
    runId: id,
    incident: {
      id,
      groupId: id,
      episodeId: id,
      environment,
      status: 'open',
      title: workload === null ? `namespace ${namespace}` : `${namespace}/${workload}`,
      severity: null,
      labels: { namespace },
      startedAt: at,
      openedAt: at,
      resolvedAt: null,
      alerts: {},
      clearedAt: null,
      cutAt: null,
      previousEnd: null,
      lastDelivery: { receivedAt: at, digest: '' },
    },
    window: investigationWindow(at, at),
    symptom: {
      name: '',
      namespaces: [namespace],
      labels: [labels],
      texts: [],
      expressions: [],
      since: null,
    },
  };
}
