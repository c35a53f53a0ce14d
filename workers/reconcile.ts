import type { Delivery } from '../src/alert/alert.ts';
import type { AlertmanagerClient, WatchedGroup } from '../src/alertmanager/client.ts';
import { groupIdOf } from '../src/incident/identity.ts';
import type { Incident } from '../src/incident/incident.ts';
import { silenceNotice } from '../src/incident/silence.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Logger } from '../src/lib/log.ts';
import type { PagerDutyClient } from '../src/pagerduty/client.ts';
import type { Queue } from '../src/queue/queue.ts';
import { compareWithAlertmanager, type Silence } from '../src/reconcile/alertmanager.ts';
import { compareWithPagerDuty } from '../src/reconcile/pagerduty.ts';
import { resolutionOf, type Watch, watchAt } from '../src/reconcile/watch.ts';
import type { Store } from '../src/store/store.ts';
import type { RequestSync } from './deliver.ts';

/** Whom to ask for what fires. */
export interface ReconcileSources {
  alertmanagers: readonly AlertmanagerClient[];
  /** Null: it is not asked. No services: all of them. */
  pagerduty: { client: PagerDutyClient; services: readonly string[] } | null;
  /** How long a webhook may take before it counts as lost. */
  lateAfterMs: number;
}

export interface ReconcileDeps extends ReconcileSources {
  store: Pick<Store, 'openIncidents' | 'latestIncident' | 'notices' | 'addNotice'>;
  queue: Pick<Queue, 'add'>;
  requestSync: RequestSync;
  /** Told of each delivery that no webhook told. */
  onFound: (source: Delivery['source'], status: Delivery['status']) => void;
  clock: Clock;
  log: Logger;
}

/** Asks once, and has what was missed delivered. */
export type Reconcile = (signal: AbortSignal) => Promise<void>;

/** An incident that was opened earlier has been looked after by now, and the look stays a short one. */
const INCIDENTS_OF_MS = 14 * 24 * 3_600_000;

/**
 * Asks the senders of webhooks what fires, and puts into the same queue what their webhooks should have told: an
 * alert that fires for long and is in no open incident, and the end of an incident of which nothing fires.
 * What it gives rejects when one of them did not answer, once it has done all that it could without.
 */
export function createReconcile(deps: ReconcileDeps): Reconcile {
  /** Since when nothing of an incident is seen to fire: what comes back soon, or was lost in a restart, has not ended. */
  let goneSince: ReadonlyMap<string, string> = new Map();
  return async (signal) => {
    const now = deps.clock.now();
    const watch = watchAt(now, deps.lateAfterMs);
    const since = new Date(now.getTime() - INCIDENTS_OF_MS).toISOString();
    const incidents = await deps.store.openIncidents(since);
    const answers = await Promise.allSettled([
      askAlertmanagers(incidents, watch, deps, signal),
      askPagerDuty(incidents, watch, deps, signal),
    ]);
    const gone = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    goneSince = new Map(gone.map(({ id }) => [id, goneSince.get(id) ?? watch.now]));
    for (const incident of gone) {
      signal.throwIfAborted();
      const isLong = watch.isLate(goneSince.get(incident.id) ?? watch.now);
      if (isLong && (await isOver(incident, deps, signal))) {
        await deliver(resolutionOf(incident, watch), deps);
      }
    }
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  };
}

/** @returns The incidents of which nothing fires; none when that cannot be said. */
async function askAlertmanagers(
  incidents: Incident[],
  watch: Watch,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<Incident[]> {
  const { alertmanagers } = deps;
  const looks = await Promise.allSettled(alertmanagers.map((one) => one.look(signal)));
  const groups = looks.flatMap((look) => (look.status === 'fulfilled' ? look.value : []));
  const receivers = alertmanagers.flatMap((one) => one.receivers);
  tellUnnamed(groups, deps);
  const compare = (known: Incident[]) =>
    compareWithAlertmanager({ groups, receivers }, known, watch);
  const found = compare(incidents);
  await deliver(await missed(found.deliveries, incidents, compare, deps, signal), deps);
  for (const silence of found.silences) await tell(silence, watch, deps);
  for (const look of looks) if (look.status === 'rejected') throw look.reason;
  return found.gone;
}

async function askPagerDuty(
  incidents: Incident[],
  watch: Watch,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<Incident[]> {
  if (deps.pagerduty === null) return [];
  const { client, services } = deps.pagerduty;
  const listed = await client.openIncidents(services, signal);
  const compare = (known: Incident[]) => compareWithPagerDuty(listed, known, watch);
  const { deliveries, gone } = compare(incidents);
  await deliver(await missed(deliveries, incidents, compare, deps, signal), deps);
  return gone;
}

/**
 * What of this was really missed: an incident that is too old to be looked at, or one too many, may know of it. Else
 * what fires for weeks would be told anew every ten minutes.
 */
async function missed(
  deliveries: Delivery[],
  incidents: Incident[],
  compare: (known: Incident[]) => { deliveries: Delivery[] },
  { store }: ReconcileDeps,
  signal: AbortSignal,
): Promise<Delivery[]> {
  const others: Incident[] = [];
  for (const delivery of deliveries) {
    signal.throwIfAborted();
    const latest = await store.latestIncident(groupIdOf(delivery));
    if (latest?.status === 'open') others.push(latest);
  }
  return others.length === 0 ? deliveries : compare([...incidents, ...others]).deliveries;
}

/** What PagerDuty does not list may be of another service by now, or too old for the list. */
async function isOver(
  { origin }: Incident,
  { pagerduty }: ReconcileDeps,
  signal: AbortSignal,
): Promise<boolean> {
  if (origin?.source !== 'pagerduty' || pagerduty === null) return true;
  return (await pagerduty.client.incident(origin.groupKey, signal)).status === 'resolved';
}

async function deliver(
  deliveries: Delivery[],
  { queue, log, onFound }: ReconcileDeps,
): Promise<void> {
  for (const delivery of deliveries) {
    const { id, source, status, receiver } = delivery;
    await queue.add('intake', { version: 1, delivery }, { id });
    onFound(source, status);
    log.warn({ delivery: id, source, receiver, status }, 'found by asking: no webhook told of it');
  }
}

async function tell(
  { incidentId, by }: Silence,
  { now }: Watch,
  { store, requestSync, log }: ReconcileDeps,
): Promise<void> {
  const { notices } = await store.notices(incidentId);
  const notice = silenceNotice(by, now, notices);
  if (notice === null) return;
  await store.addNotice(incidentId, notice);
  log.info({ incident: incidentId, by }, 'suppressed at its source');
  await requestSync(incidentId);
}

function tellUnnamed(groups: WatchedGroup[], { log }: ReconcileDeps): void {
  const unnamed = groups.filter(({ groupKey }) => groupKey === null).length;
  if (unnamed === 0) return;
  log.warn(
    { groups: unnamed },
    'the route of some groups cannot be told: what is lost of them is not found',
  );
}
