import type { Store } from '../store/store.ts';
import type { DecidedDelivery } from './incident.ts';
import type { EvidenceLine, IncidentView, Notice } from './view.ts';

type ViewStore = Pick<Store, 'incident' | 'deliveries' | 'runs' | 'evidence'>;

/** Reads all that a thread or a page shows of an incident. Null when there is no such incident. */
export async function loadView(
  store: ViewStore,
  incidentId: string,
  disclaimer: string | null,
): Promise<IncidentView | null> {
  const incident = await store.incident(incidentId);
  if (incident === null) return null;
  const [deliveries, runs] = await Promise.all([
    store.deliveries(incidentId),
    store.runs(incidentId),
  ]);
  const run = runs[0] ?? null;
  const evidence = run === null ? [] : await store.evidence(run.id);
  return {
    incident,
    runId: run?.id ?? null,
    state: run?.state ?? 'queued',
    progress: run?.progress ?? [],
    notices: deliveries.flatMap(noticeOf),
    evidence: evidence.map(evidenceLineOf),
    report: run?.report ?? null,
    truncatedAlerts: Math.max(0, ...deliveries.map(({ delivery }) => delivery.truncatedAlerts)),
    disclaimer,
  };
}

export function evidenceLineOf(evidence: {
  id: string;
  tool: string;
  args: unknown;
  text: string;
  isError: boolean;
}): EvidenceLine {
  return {
    id: evidence.id,
    tool: evidence.tool,
    args: JSON.stringify(evidence.args),
    bytes: Buffer.byteLength(evidence.text),
    isError: evidence.isError,
  };
}

function noticeOf({ delivery, decision }: DecidedDelivery): Notice[] {
  const { kind, reason } = decision;
  if (kind === 'open' || kind === 'ignore') return [];
  const summary = summarise(
    delivery.alerts.map((alert) => `${alert.labels.alertname ?? 'alert'} ${alert.status}`),
  );
  return [{ deliveryId: delivery.id, at: delivery.receivedAt, kind, reason, summary }];
}

/** `OOM firing ×3, HighLatency resolved, …`: at most four kinds, so that it stays one line. */
function summarise(lines: string[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  const shown = [...counts].slice(0, 4).map(([line, n]) => (n === 1 ? line : `${line} ×${n}`));
  return counts.size > 4 ? `${shown.join(', ')}, …` : shown.join(', ');
}
