import type { Delivery } from '../../src/alert/alert.ts';
import type { Evidence } from '../../src/evidence/evidence.ts';
import type { Incident } from '../../src/incident/incident.ts';
import type { ModelTurn } from '../../src/models/model.ts';
import type { Report } from '../../src/report/report.ts';

export const AT = '2026-11-21T03:12:00.000Z';
export const WINDOW = { from: '2026-11-21T02:12:00.000Z', to: AT };

export function aDelivery(change: Partial<Delivery> = {}): Delivery {
  return {
    id: crypto.randomUUID(),
    source: 'alertmanager',
    receivedAt: AT,
    receiver: 'triage',
    groupKey: '{}:{alertname="KubePodCrashLooping", namespace="shop"}',
    status: 'firing',
    groupLabels: { alertname: 'KubePodCrashLooping' },
    commonLabels: { alertname: 'KubePodCrashLooping', namespace: 'shop' },
    commonAnnotations: {},
    externalUrl: 'http://alertmanager.example:9093',
    truncatedAlerts: 0,
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-1' },
        annotations: {},
        startsAt: AT,
        endsAt: null,
        generatorUrl: null,
        fingerprint: 'f1',
      },
    ],
    ...change,
  };
}

export function anIncident(change: Partial<Incident> = {}): Incident {
  const id = change.id ?? `inc-${crypto.randomUUID()}`;
  return {
    id,
    groupId: 'group',
    episodeId: `episode of ${id}`,
    environment: 'default',
    status: 'open',
    title: 'KubePodCrashLooping in shop',
    severity: 'critical',
    labels: { namespace: 'shop' },
    startedAt: AT,
    openedAt: AT,
    resolvedAt: null,
    alerts: {},
    clearedAt: null,
    cutAt: null,
    previousEnd: null,
    lastDelivery: { receivedAt: AT, digest: 'd' },
    ...change,
  };
}

export function anEvidence(change: Partial<Evidence> = {}): Evidence {
  return {
    id: 'E1',
    tool: 'kubectl_get_pods',
    args: { namespace: 'shop' },
    text: 'cart-1 0/1 CrashLoopBackOff',
    structured: { pods: [] },
    isError: false,
    startedAt: AT,
    ms: 12,
    ...change,
  };
}

export function aTurn(text: string): ModelTurn {
  return {
    model: 'a-model',
    content: [{ type: 'text', text }],
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
  };
}

export function aReport(change: Partial<Report> = {}): Report {
  return {
    version: 1,
    incidentId: 'inc',
    runId: 'run',
    verdict: 'inconclusive',
    rootCause: null,
    candidates: [],
    claims: [],
    ruledOut: [],
    gaps: [],
    nextSteps: [],
    impact: '',
    timeline: [],
    author: 'analysers',
    model: null,
    usage: {
      inputTokens: 0,
      outputTokens: 0,
      cacheReadTokens: 0,
      usd: 0,
      turns: 0,
      toolCalls: 0,
      wallMs: 0,
    },
    stopped: null,
    ...change,
  };
}
