import type { Alert, Delivery } from '../alert/alert.ts';
import { contentDigestOf } from './identity.ts';
import type { Decision, Incident } from './incident.ts';

/**
 * How long after a delivery an equal one is its copy. The peers of a highly available Alertmanager pair
 * send theirs 15 s apart (`--cluster.peer-timeout`); a group repeats after 5 min at the soonest by default.
 */
const COPY_WINDOW_MS = 60_000;

/**
 * What a delivery means, given the latest incident of its group. Pure: the same delivery and incident give
 * the same decision, whenever and however often they are asked. The first reason that fits wins.
 */
export function decide(latest: Incident | null, delivery: Delivery): Decision {
  const firing = delivery.alerts.filter((alert) => alert.status === 'firing');
  if (latest === null) {
    return firing.length > 0
      ? { kind: 'open', reason: 'first-seen' }
      : { kind: 'ignore', reason: 'resolved-before-seen' };
  }
  if (isCopy(latest, delivery)) return { kind: 'ignore', reason: 'copy' };
  return latest.status === 'resolved'
    ? decideAfterResolution(latest, delivery, firing)
    : decideWhileOpen(latest, delivery, firing);
}

function decideAfterResolution(latest: Incident, delivery: Delivery, firing: Alert[]): Decision {
  if (firing.length === 0) return { kind: 'ignore', reason: 'already-resolved' };
  const fresh = firing.filter((alert) => startedSince(latest, alert));
  if (fresh.length === firing.length) return { kind: 'open', reason: 'new-episode' };
  // Some fire with the start they had: the delivery was overtaken by the resolution, or they fire on after
  // a gap (their Prometheus was away for longer than the resolve timeout).
  const sinceLast = Date.parse(delivery.receivedAt) - Date.parse(latest.lastDelivery.receivedAt);
  return fresh.length === 0 && sinceLast <= COPY_WINDOW_MS
    ? { kind: 'ignore', reason: 'overtaken-by-resolution' }
    : { kind: 're-fire', reason: 'fires-on-after-resolution' };
}

function decideWhileOpen(latest: Incident, delivery: Delivery, firing: Alert[]): Decision {
  if (isOlder(latest, delivery)) {
    return firing.some((alert) => !knows(latest, alert))
      ? { kind: 'join', reason: 'new-alerts' }
      : { kind: 'ignore', reason: 'overtaken' };
  }
  // Of a cut body the status is that of the alerts in it: others may fire on.
  if (delivery.status === 'resolved' && delivery.truncatedAlerts === 0) {
    return { kind: 'resolve', reason: 'all-resolved' };
  }
  if (firing.some((alert) => !knows(latest, alert))) {
    return { kind: 'join', reason: 'new-alerts' };
  }
  if (firing.some((alert) => startedSince(latest, alert))) {
    return { kind: 're-fire', reason: 'started-again' };
  }
  const fewerFire = firing.length < delivery.alerts.length;
  return fewerFire && (firing.length === 0 || endsSome(latest, delivery))
    ? { kind: 'ignore', reason: 'partly-resolved' }
    : { kind: 're-fire', reason: 'repeated' };
}

function endsSome(latest: Incident, delivery: Delivery): boolean {
  return delivery.alerts.some(
    (alert) => alert.status === 'resolved' && latest.alerts[alert.fingerprint]?.status === 'firing',
  );
}

function knows(latest: Incident, alert: Alert): boolean {
  return Object.hasOwn(latest.alerts, alert.fingerprint);
}

function isCopy(latest: Incident, delivery: Delivery): boolean {
  const apart = Date.parse(delivery.receivedAt) - Date.parse(latest.lastDelivery.receivedAt);
  return (
    Math.abs(apart) <= COPY_WINDOW_MS && latest.lastDelivery.digest === contentDigestOf(delivery)
  );
}

function isOlder(latest: Incident, delivery: Delivery): boolean {
  return Date.parse(delivery.receivedAt) < Date.parse(latest.lastDelivery.receivedAt);
}

/** True when the alert is unknown to the incident, or began anew since it was last seen. */
function startedSince(latest: Incident, alert: Alert): boolean {
  const known = knows(latest, alert) ? latest.alerts[alert.fingerprint] : undefined;
  return known === undefined || Date.parse(alert.startsAt) > Date.parse(known.startsAt);
}
