import type { Evidence } from '../evidence/evidence.ts';
import type { DecidedDelivery } from './incident.ts';
import type { EvidenceLine, Notice } from './view.ts';

/** One more than are shown, so that a line can say that it leaves some out. */
const ALERTS_MAX = 5;

/** What the thread says of a delivery; null for the one that opened it, and for those that are ignored. */
export function noticeOf({ delivery, decision }: DecidedDelivery): Notice | null {
  const { kind, reason } = decision;
  if (kind === 'open' || kind === 'ignore') return null;
  const lines = delivery.alerts.map(
    ({ labels, status }) => `${labels.alertname ?? 'alert'} ${status}`,
  );
  const alerts = [...new Set(lines)].slice(0, ALERTS_MAX);
  return {
    id: delivery.id,
    at: delivery.receivedAt,
    kind,
    reason,
    summary: summarise(lines),
    alerts,
  };
}

/** What the thread lists of an evidence. */
export function evidenceLineOf(evidence: Evidence): EvidenceLine {
  return {
    id: evidence.id,
    tool: evidence.tool,
    args: JSON.stringify(evidence.args),
    bytes: Buffer.byteLength(evidence.text),
    isError: evidence.isError,
  };
}

/** `OOM firing ×3, HighLatency resolved, …`: at most four kinds, so that it stays one line. */
function summarise(lines: string[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  const shown = [...counts].slice(0, 4).map(([line, n]) => (n === 1 ? line : `${line} ×${n}`));
  return counts.size > 4 ? `${shown.join(', ')}, …` : shown.join(', ');
}
