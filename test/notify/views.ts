import type { KnownAlert } from '../../src/incident/incident.ts';
import type { IncidentView } from '../../src/incident/view.ts';
import type { Report } from '../../src/report/report.ts';

/** An incident as a real one looks: what the tests of the thread render and change. */

const STARTED = '2026-11-21T03:12:00Z';

function alert(pod: string, status: KnownAlert['status'] = 'firing'): KnownAlert {
  return {
    status,
    labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod, severity: 'critical' },
    annotations: { summary: 'Pod is crash looping.' },
    startsAt: STARTED,
    endsAt: status === 'firing' ? null : '2026-11-21T03:40:00Z',
    generatorUrl: null,
    fingerprint: `fp-${pod}`,
    fired: { startsAt: STARTED, seenAt: STARTED },
    ended:
      status === 'firing'
        ? null
        : { endsAt: '2026-11-21T03:40:00Z', seenAt: '2026-11-21T03:40:00Z' },
  };
}

export function runningView(changes: Partial<IncidentView> = {}): IncidentView {
  return {
    incident: {
      id: 'inc-1',
      groupId: 'group-1',
      episodeId: 'episode-1',
      environment: 'prod-eu',
      status: 'open',
      title: 'KubePodCrashLooping in shop',
      severity: 'critical',
      labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', severity: 'critical' },
      startedAt: STARTED,
      openedAt: '2026-11-21T03:12:31Z',
      resolvedAt: null,
      alerts: {
        'fp-a': alert('checkout-7d9f8c6b5-x2x9k'),
        'fp-b': alert('checkout-7d9f8c6b5-8mmqz'),
        'fp-c': alert('checkout-7d9f8c6b5-tz7wd', 'resolved'),
      },
      clearedAt: null,
      cutAt: null,
      previousEnd: null,
      lastDelivery: { receivedAt: '2026-11-21T03:12:31Z', digest: 'd' },
    },
    leader: null,
    members: [],
    runId: 'run-1',
    state: 'running',
    progress: ['Read the pods of shop', 'Described checkout-7d9f8c6b5-x2x9k'],
    notices: [],
    evidence: [
      {
        id: 'E1',
        tool: 'kubectl_get_pods',
        args: '{"namespace":"shop","label_selector":"app=checkout"}',
        bytes: 1_204,
        isError: false,
      },
      {
        id: 'E2',
        tool: 'kubectl_describe_pod',
        args: '{"namespace":"shop","name":"checkout-7d9f8c6b5-x2x9k"}',
        bytes: 4_310,
        isError: false,
      },
      {
        id: 'E3',
        tool: 'query_prometheus',
        args: '{"query":"container_memory_working_set_bytes{namespace=\\"shop\\"}","time_range":"1h"}',
        bytes: 18_450,
        isError: false,
      },
      {
        id: 'E4',
        tool: 'search_logs',
        args: '{"query":"{namespace=\\"shop\\"} |= \\"error\\"","limit":100,"since":"1h"}',
        bytes: 88,
        isError: true,
      },
    ],
    report: null,
    truncatedAlerts: 0,
    disclaimer: null,
    ...changes,
  };
}

export function report(changes: Partial<Report> = {}): Report {
  const object = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
  return {
    version: 1,
    incidentId: 'inc-1',
    runId: 'run-1',
    verdict: 'action_required',
    rootCause: {
      failureMode: 'oom-killed',
      object,
      statement:
        'Release v2.4.1 caches the whole price list in memory, which no longer fits into the 256Mi limit of checkout, so the kernel kills it about every four minutes.',
      confidence: 0.92,
    },
    candidates: [
      {
        failureMode: 'memory-leak',
        object,
        statement: 'A slow leak that the release made visible.',
        confidence: 0.2,
      },
    ],
    claims: [
      {
        text: 'The container was killed for going over its memory limit.',
        citation: {
          evidence: 'E2',
          quote: 'Last State: Terminated Reason: OOMKilled Exit Code: 137',
        },
        verified: true,
      },
      {
        text: 'Its working set reached the limit of 256Mi within four minutes of every start.',
        citation: { evidence: 'E3', quote: 'checkout-7d9f8c6b5-x2x9k max 268.4M' },
        verified: true,
      },
      {
        text: 'The price list grew tenfold last week.',
        citation: { evidence: 'E4', quote: 'loaded 1200000 prices' },
        verified: false,
      },
    ],
    ruledOut: ['Node pressure: the node has 11 GiB free.'],
    gaps: ['Logs could not be read: Loki answered 503.'],
    nextSteps: [
      {
        text: 'Raise the memory limit of checkout to 512Mi',
        command: 'kubectl -n shop set resources deployment/checkout --limits=memory=512Mi',
        risk: 'low',
      },
      {
        text: 'Roll back to v2.4.0',
        command: 'kubectl -n shop rollout undo deployment/checkout',
        risk: 'medium',
      },
    ],
    impact: 'Two of three checkout pods are down; about 40% of orders fail.',
    timeline: [
      { at: '2026-11-21T03:02:11Z', what: 'Rollout of v2.4.1 finished.', evidence: 'E1' },
      { at: '2026-11-21T03:06:40Z', what: 'First OOM kill.', evidence: 'E2' },
    ],
    author: 'model',
    model: 'claude-sonnet-5-5',
    usage: {
      inputTokens: 21_400,
      outputTokens: 2_120,
      cacheReadTokens: 14_600,
      usd: 0.0432,
      turns: 5,
      toolCalls: 9,
      wallMs: 41_200,
    },
    stopped: null,
    ...changes,
  };
}

export function concludedView(changes: Partial<IncidentView> = {}): IncidentView {
  return runningView({ state: 'concluded', report: report(), ...changes });
}

export function resolvedView(): IncidentView {
  const view = concludedView({
    notices: [
      {
        id: 'delivery-2',
        at: '2026-11-21T03:20:00Z',
        kind: 'join',
        reason: 'new-alerts',
        summary: 'KubePodCrashLooping firing ×3',
      },
      {
        id: 'delivery-3',
        at: '2026-11-21T03:40:12Z',
        kind: 'resolve',
        reason: 'all-resolved',
        summary: 'KubePodCrashLooping resolved ×3',
      },
    ],
  });
  return {
    ...view,
    incident: { ...view.incident, status: 'resolved', resolvedAt: '2026-11-21T03:40:00Z' },
  };
}
