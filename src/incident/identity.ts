import type { Delivery } from '../alert/alert.ts';
import { digest } from '../lib/digest.ts';

/**
 * The alert group: what stays the same from one firing episode to the next. Hashed because a group key
 * holds `:` and quotes, which job ids and paths must not. `externalUrl` is left out: it differs between
 * the peers of a highly available pair.
 */
export function groupIdOf(delivery: Pick<Delivery, 'source' | 'receiver' | 'groupKey'>): string {
  return digest([delivery.source, delivery.receiver, delivery.groupKey], 24);
}

/**
 * The episode: the group, when its earliest alert that still fires began, and the delivery that opened it.
 * Without the delivery, an alert of the same start that shows later (it was silenced) would land on an
 * incident that is over. Its copies cannot open a second one: they are decided on one after the other.
 */
export function episodeIdOf(groupId: string, startedAt: string, deliveryId: string): string {
  return digest([groupId, new Date(startedAt).toISOString(), deliveryId], 24);
}

export function incidentIdOf(episodeId: string): string {
  return `inc-${episodeId.slice(0, 12)}`;
}

/** The first investigation of an incident always has the same id, so that a delivery decided twice makes one run. */
export function firstRunIdOf(incidentId: string): string {
  return `${incidentId}-r1`;
}

/** An investigation that a later delivery asked for: of one delivery there is one at the most. */
export function laterRunIdOf(incidentId: string, deliveryId: string): string {
  return `${incidentId}-${digest([deliveryId], 8)}`;
}

/** An investigation that a person asked for: after one run there is one at the most, however often it is asked for. */
export function askedRunIdOf(incidentId: string, latestRunId: string): string {
  return `${incidentId}-${digest(['asked', latestRunId], 8)}`;
}

/**
 * Digest of what a delivery says about its alerts: equal for the copies that both peers of a pair send. The severity
 * is part of it, because not every source makes it part of the fingerprint.
 */
export function contentDigestOf(delivery: Delivery): string {
  const alerts = delivery.alerts
    .map(({ fingerprint, status, startsAt, endsAt, labels: { severity = '' } }) =>
      [fingerprint, status, startsAt, endsAt ?? '', severity].join('|'),
    )
    .sort();
  return digest([delivery.status, ...alerts], 24);
}
