import type { LabelSet } from '../alert/alert.ts';

/** From worst to mildest; what a label says beyond these ranks last, yet is kept. */
const SEVERITIES = ['critical', 'page', 'error', 'high', 'warning', 'medium', 'low', 'info'];

/** The worst that their labels say; null when none says anything. Equally bad ones in the order of the alphabet. */
export function worstSeverity(alerts: { labels: LabelSet }[]): string | null {
  const seen = alerts.flatMap(({ labels }) => labels.severity ?? []);
  return seen.sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))[0] ?? null;
}

/** Whether somebody is woken for it, so that its investigation must not wait. */
export function isUrgent(severity: string | null): boolean {
  return !isWorse('page', severity);
}

export function isWorse(severity: string | null, than: string | null): boolean {
  return rankOf(severity) < rankOf(than);
}

function rankOf(severity: string | null): number {
  const index = severity === null ? -1 : SEVERITIES.indexOf(severity.toLowerCase());
  return index === -1 ? SEVERITIES.length : index;
}
