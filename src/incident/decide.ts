import type { Alert, Delivery } from '../alert/alert.ts';
import { absorb, type Episode } from './absorb.ts';
import { contentDigestOf } from './identity.ts';
import type { Decision, Incident } from './incident.ts';
import { isBefore } from './instants.ts';
import { alertOf, isOfEpisode, lastWordAt, startedSince, tellingOf } from './known-alerts.ts';
import { isWorse, worstSeverity } from './severity.ts';

/**
 * How long after a delivery an equal one is its copy. The peers of a highly available Alertmanager pair
 * send theirs 15 s apart (`--cluster.peer-timeout`); a group repeats after 5 min at the soonest by default.
 */
const COPY_WINDOW_MS = 60_000;

/**
 * How long after a resolution a group that fires anew is the same trouble, and stays in the same thread. Longer
 * than the two group intervals (5 min by default) in which a flapping alert is told resolved and firing again.
 */
const REOPEN_MS = 15 * 60_000;

/**
 * What a delivery means, given the latest incident of its group, and the group's resolutions that were decided
 * before anything was seen to fire. Pure: the same ones give the same decision, whenever and however often
 * they are asked. The first reason that fits wins.
 */
export function decide(
  latest: Incident | null,
  delivery: Delivery,
  early: Delivery[] = [],
): Decision {
  const firing = delivery.alerts.filter((alert) => alert.status === 'firing');
  if (latest === null || isLaterEpisode(latest, delivery, firing)) {
    if (firing.length === 0) return { kind: 'ignore', reason: 'resolved-before-seen' };
    if (absorb(null, delivery, early).status === 'resolved') {
      return { kind: 'open', reason: 'over-when-seen' };
    }
    return { kind: 'open', reason: latest === null ? 'first-seen' : 'new-episode' };
  }
  if (latest.previousEnd !== null && !isBefore(latest.previousEnd, delivery.receivedAt)) {
    return { kind: 'ignore', reason: 'earlier-episode' };
  }
  // A resolution from before the episode: that of alerts which are still to be seen, or long over.
  if (firing.length === 0 && !isOfEpisode(delivery, latest.startedAt)) {
    return { kind: 'ignore', reason: 'resolved-before-seen' };
  }
  const after = absorb(latest, delivery, early);
  if (after.status === latest.status && isCopy(latest, delivery)) {
    return { kind: 'ignore', reason: 'copy' };
  }
  const fires = firing.filter((alert) => alertOf(after, alert)?.status === 'firing');
  return latest.status === 'resolved'
    ? decideAfterResolution(latest, after, firing, fires)
    : decideWhileOpen(latest, after, delivery, fires);
}

/** An episode is over when its group was resolved and nothing was heard of its alerts for a while. */
function isLaterEpisode(latest: Incident, delivery: Delivery, firing: Alert[]): boolean {
  if (latest.status === 'open') return false;
  const quietSince = Date.parse(lastWordAt(latest) ?? latest.lastDelivery.receivedAt);
  const told = firing.length === 0 ? delivery.alerts : firing;
  return (
    Date.parse(delivery.receivedAt) > quietSince + REOPEN_MS &&
    told.every((alert) => startedSince(latest, alert))
  );
}

/** @param fires What the delivery says to fire, and no resolution has overtaken. */
function decideAfterResolution(
  latest: Incident,
  after: Episode,
  firing: Alert[],
  fires: Alert[],
): Decision {
  if (firing.length === 0) return { kind: 'ignore', reason: 'already-resolved' };
  if (after.status === 'resolved') return { kind: 'ignore', reason: 'overtaken-by-resolution' };
  if (isWorse(worstSeverity(tellingOf(after, fires)), latest.severity)) {
    return { kind: 'escalate', reason: 'severity-rose' };
  }
  return fires.every((alert) => startedSince(latest, alert))
    ? { kind: 'reopen', reason: 'back-soon-after-resolution' }
    : { kind: 'reopen', reason: 'fires-on-after-resolution' };
}

function decideWhileOpen(
  latest: Incident,
  after: Episode,
  delivery: Delivery,
  fires: Alert[],
): Decision {
  if (after.status === 'resolved') return { kind: 'resolve', reason: 'all-resolved' };
  if (isWorse(worstSeverity(tellingOf(after, fires)), latest.severity)) {
    return { kind: 'escalate', reason: 'severity-rose' };
  }
  if (tellingOf(after, fires).some((alert) => alertOf(latest, alert) === undefined)) {
    return { kind: 'join', reason: 'new-alerts' };
  }
  const saysFiring = delivery.alerts.some((alert) => alert.status === 'firing');
  const allOvertaken = saysFiring && fires.length === 0;
  if (allOvertaken || isBefore(delivery.receivedAt, latest.lastDelivery.receivedAt)) {
    return { kind: 'ignore', reason: 'overtaken' };
  }
  if (fires.some((alert) => startedSince(latest, alert))) {
    return { kind: 're-fire', reason: 'started-again' };
  }
  const fewerFire = fires.length < delivery.alerts.length;
  return fewerFire && (fires.length === 0 || endsSome(latest, delivery))
    ? { kind: 'ignore', reason: 'partly-resolved' }
    : { kind: 're-fire', reason: 'repeated' };
}

function endsSome(latest: Incident, delivery: Delivery): boolean {
  return delivery.alerts.some(
    (alert) => alert.status === 'resolved' && alertOf(latest, alert)?.status === 'firing',
  );
}

function isCopy(latest: Incident, delivery: Delivery): boolean {
  const apart = Date.parse(delivery.receivedAt) - Date.parse(latest.lastDelivery.receivedAt);
  return (
    Math.abs(apart) <= COPY_WINDOW_MS && latest.lastDelivery.digest === contentDigestOf(delivery)
  );
}
