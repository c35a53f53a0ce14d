import type { Delivery } from '../../src/alert/alert.ts';
import type { Evidence } from '../../src/evidence/evidence.ts';
import { NO_MEMBERS } from '../../src/incident/gather-of.ts';
import type { DecidedDelivery, Incident } from '../../src/incident/incident.ts';
import { evidenceLineOf, noticeOf } from '../../src/incident/notice.ts';
import type { RunSummary } from '../../src/store/store.ts';
import type { ApiStore } from '../../src/web/api.ts';

const minute = (n: number) => `2026-11-21T03:${String(n).padStart(2, '0')}:00.000Z`;

/** Opened in minute `n` of the hour. */
export const incidentAt = (n: number): Incident => ({
  id: `inc-${n}`,
  groupId: 'g',
  episodeId: `e-${n}`,
  environment: 'default',
  status: 'open',
  title: `Incident ${n}`,
  severity: 'critical',
  labels: { alertname: 'OOM' },
  startedAt: minute(n),
  openedAt: minute(n),
  resolvedAt: null,
  alerts: {
    f1: {
      status: 'firing',
      labels: { alertname: 'OOM' },
      annotations: {},
      startsAt: minute(n),
      endsAt: null,
      generatorUrl: null,
      fingerprint: 'f1',
      fired: { startsAt: minute(n), seenAt: minute(n) },
      ended: null,
    },
  },
  clearedAt: null,
  cutAt: null,
  previousEnd: null,
  lastDelivery: { receivedAt: minute(n), digest: 'd' },
});

const runOf = (id: string, incidentId: string, state: RunSummary['state']): RunSummary => ({
  id,
  incidentId,
  leader: null,
  members: NO_MEMBERS,
  state,
  window: { from: minute(0), to: minute(9) },
  progress: ['reading pods'],
  report: null,
  withheld: null,
  versions: { prompt: '1' },
  startedAt: minute(1),
  concludedAt: null,
});

const evidenceOf = (id: string, text: string): Evidence => ({
  id,
  tool: 'kubectl_get_pods',
  args: { namespace: 'shop' },
  text,
  structured: { pods: [] },
  isError: false,
  startedAt: minute(1),
  ms: 5,
});

const deliveryOf = (id: string, truncatedAlerts: number): Delivery => ({
  id,
  source: 'alertmanager',
  receivedAt: minute(2),
  receiver: 'hook',
  groupKey: '{}',
  status: 'firing',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalUrl: '',
  truncatedAlerts,
  alerts: Object.values(incidentAt(1).alerts),
});

/** Two of them were opened in the same millisecond, and a page of two ends between them. */
const incidents = [5, 4, 3, 2, 1]
  .map(incidentAt)
  .map((incident) => (incident.id === 'inc-3' ? { ...incident, openedAt: minute(4) } : incident));
const placeOf = ({ openedAt, id }: { openedAt: string; id: string }) => `${openedAt}/${id}`;
const leadingRun = {
  runId: 'r2',
  incidentId: 'inc-1',
  title: 'Incident 1',
  reason: 'shares node w3',
};
export const runs: Record<string, RunSummary[]> = {
  'inc-1': [runOf('r2', 'inc-1', 'running'), runOf('r1', 'inc-1', 'concluded')],
  // It shares the investigation of the other.
  'inc-3': [{ ...runOf('r3', 'inc-3', 'running'), leader: leadingRun, progress: [] }],
};
const evidence: Record<string, Evidence[]> = {
  r1: [evidenceOf('E1', 'OLD')],
  r2: [evidenceOf('E1', 'CrashLoopBackOff é'), evidenceOf('E2', 'x'.repeat(100_000))],
};
const deliveries: DecidedDelivery[] = [
  {
    delivery: deliveryOf('d1', 0),
    decision: { kind: 'open', reason: 'first-seen' },
    incidentId: 'inc-1',
  },
  {
    delivery: deliveryOf('d2', 7),
    decision: { kind: 're-fire', reason: 'started-again' },
    incidentId: 'inc-1',
  },
];

export const store: ApiStore = {
  incident: async (id) => {
    // As PostgreSQL does.
    if (id.includes('\0')) throw new Error('invalid byte sequence for encoding "UTF8": 0x00');
    return incidents.find((incident) => incident.id === id) ?? null;
  },
  incidents: async ({ limit, before }) =>
    incidents
      .filter((incident) => before === null || placeOf(incident) < placeOf(before))
      .slice(0, limit),
  notices: async (id) => ({
    notices: id === 'inc-1' ? deliveries.flatMap((item) => noticeOf(item) ?? []) : [],
    truncatedAlerts: id === 'inc-1' ? 7 : 0,
  }),
  runs: async (id) => runs[id] ?? [],
  members: async (runId) =>
    Object.values(runs)
      .flat()
      .filter(({ leader }) => leader?.runId === runId)
      .map(({ id, incidentId }) => ({
        runId: id,
        incidentId,
        title: 'Incident 3',
        reason: leadingRun.reason,
        status: 'open',
      })),
  evidence: async (id) => evidence[id] ?? [],
  evidenceLines: async (id) => (evidence[id] ?? []).map(evidenceLineOf),
};
