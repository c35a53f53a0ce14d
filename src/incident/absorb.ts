import type { Delivery } from '../alert/alert.ts';
import { contentDigestOf } from './identity.ts';
import type { Incident } from './incident.ts';
import { earliestOf, isBefore } from './instants.ts';
import { anyFires, endOf, isOfEpisode, learn, NOTHING_KNOWN, telling } from './known-alerts.ts';
import { worstSeverity } from './severity.ts';

/** What deliveries change of an incident: all that follows from them, in whatever order they come. */
export type Episode = Pick<
  Incident,
  | 'alerts'
  | 'clearedAt'
  | 'cutAt'
  | 'startedAt'
  | 'status'
  | 'severity'
  | 'resolvedAt'
  | 'gaps'
  | 'lastDelivery'
>;

/**
 * An episode as it is after a delivery; null for one that the delivery begins. `early` are resolutions of the
 * group that were decided before anything was seen to fire: those that belong to the episode count too.
 */
export function absorb(
  before: Episode | null,
  delivery: Delivery,
  early: readonly Delivery[],
): Episode {
  const startedAt = startOf(before, delivery);
  const isOlder = before !== null && isBefore(delivery.receivedAt, before.lastDelivery.receivedAt);
  const known = [delivery, ...ofEpisode(early, startedAt)].reduce(learn, before ?? NOTHING_KNOWN);
  return {
    ...known,
    startedAt,
    status: anyFires(known) ? 'open' : 'resolved',
    severity: worstSeverity(telling(known)),
    resolvedAt: endOf(known),
    gaps: (isOlder ? before.gaps : delivery.gaps) ?? [],
    lastDelivery: isOlder ? before.lastDelivery : lastOf(delivery),
  };
}

/** Of the early resolutions, those that came after the episode began. */
export function ofEpisode(early: readonly Delivery[], startedAt: string): Delivery[] {
  return early.filter((delivery) => isOfEpisode(delivery, startedAt));
}

function startOf(before: Episode | null, { alerts, receivedAt }: Delivery): string {
  const starts = alerts
    .filter((alert) => alert.status === 'firing')
    .map((alert) => new Date(alert.startsAt).toISOString());
  return earliestOf([before?.startedAt ?? null, ...starts]) ?? receivedAt;
}

function lastOf(delivery: Delivery): Incident['lastDelivery'] {
  return { receivedAt: delivery.receivedAt, digest: contentDigestOf(delivery) };
}
