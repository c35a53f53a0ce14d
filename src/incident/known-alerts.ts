import type { Alert, Delivery } from '../alert/alert.ts';
import { canonicalJson } from '../lib/json.ts';
import type { Incident, KnownAlert } from './incident.ts';
import { isBefore, latestOf } from './instants.ts';

/** What an incident knows of its alerts. */
export type Knowledge = Pick<Incident, 'alerts' | 'clearedAt' | 'cutAt'>;

export const NOTHING_KNOWN: Knowledge = { alerts: {}, clearedAt: null, cutAt: null };

/**
 * How long after an alert was told to have ended a firing of the same start may still arrive: the peers of a
 * highly available pair notify 15 s apart (`--cluster.peer-timeout`), and retry on their own.
 */
const OVERTAKEN_MS = 60_000;

/** As many as a body of 8 MB holds. */
const MAX_REMEMBERED = 5_000;
const REMEMBERED_MS = 24 * 60 * 60_000;

/**
 * What is known after a delivery. It does not matter in which order deliveries come, or how often: all that is
 * kept is the latest of something, by when it was received and not by when it was decided.
 */
export function learn(known: Knowledge, delivery: Delivery): Knowledge {
  const { receivedAt, truncatedAlerts } = delivery;
  const clearedAt = latestOf([known.clearedAt, isWholeResolution(delivery) ? receivedAt : null]);
  const alerts = new Map(Object.entries(known.alerts));
  for (const alert of delivery.alerts) {
    const before = alerts.get(alert.fingerprint);
    const told = wordOn(alert, receivedAt);
    alerts.set(alert.fingerprint, before === undefined ? told : together(before, told));
  }
  const cleared = clearedAt === null ? null : clearingAt(clearedAt, [...alerts.values()]);
  return {
    clearedAt,
    cutAt: latestOf([known.cutAt, truncatedAlerts > 0 ? receivedAt : null]),
    alerts: remembered(
      [...alerts].map(([fingerprint, alert]) => [fingerprint, settled(alert, cleared)]),
      receivedAt,
    ),
  };
}

/** A group of which something always fires never ends, and what has ended of it must not pile up for ever. */
function remembered(alerts: [string, KnownAlert][], now: string): Knowledge['alerts'] {
  const since = Date.parse(now) - REMEMBERED_MS;
  const isRecent = (alert: KnownAlert) =>
    alert.status === 'firing' || Date.parse(seenAt(alert) ?? now) >= since;
  const kept =
    alerts.length > MAX_REMEMBERED ? alerts.filter(([, alert]) => isRecent(alert)) : alerts;
  return Object.fromEntries(kept);
}

/**
 * Whether a resolution is of the episode that began then: it was received later, or what it tells of ended later by
 * the clock of its sender, which may be ahead of ours. Such a resolution is told once.
 */
export function isOfEpisode({ receivedAt, alerts }: Delivery, startedAt: string): boolean {
  const ends = alerts.map((alert) => endOfAlert(alert, receivedAt));
  return [receivedAt, ...ends].some((instant) => !isBefore(instant, startedAt));
}

/** Whether one of the alerts fires, or may: of those that a cut body left out nothing is known. */
export function anyFires({ alerts, clearedAt, cutAt }: Knowledge): boolean {
  const someLeftOut = cutAt !== null && (clearedAt === null || isBefore(clearedAt, cutAt));
  return someLeftOut || Object.values(alerts).some(({ status }) => status === 'firing');
}

/** When the last of its alerts ended, which is some time before a delivery says so; null while one fires. */
export function endOf(known: Knowledge): string | null {
  if (anyFires(known)) return null;
  return latestOf(Object.values(known.alerts).map(({ endsAt }) => endsAt)) ?? known.clearedAt;
}

/** The alerts that say what is wrong: what stands in for others counts only while none of those is known. */
export function telling(known: Pick<Knowledge, 'alerts'>): KnownAlert[] {
  return tellingOf(known, Object.values(known.alerts));
}

/** Of these alerts, those that say what is wrong, given all that are known. */
export function tellingOf<A extends Alert>({ alerts }: Pick<Knowledge, 'alerts'>, some: A[]): A[] {
  const noneKnown = Object.values(alerts).every(({ standsIn }) => standsIn);
  return noneKnown ? some : some.filter(({ standsIn }) => !standsIn);
}

/** When the last word on any of its alerts was received; null when there is none. */
export function lastWordAt({ alerts, clearedAt }: Knowledge): string | null {
  return latestOf([clearedAt, ...Object.values(alerts).map(seenAt)]);
}

/** True when the alert is unknown, or began anew since it was last seen. */
export function startedSince(known: Pick<Knowledge, 'alerts'>, alert: Alert): boolean {
  const before = alertOf(known, alert);
  return before === undefined || isBefore(before.startsAt, alert.startsAt);
}

/** A fingerprint comes from outside: `toString` is not a known one. */
export function alertOf(
  { alerts }: Pick<Knowledge, 'alerts'>,
  { fingerprint }: Pick<Alert, 'fingerprint'>,
): KnownAlert | undefined {
  return Object.hasOwn(alerts, fingerprint) ? alerts[fingerprint] : undefined;
}

/** Of a cut body the status is that of the alerts in it: others may fire on. */
function isWholeResolution({ status, truncatedAlerts, alerts }: Delivery): boolean {
  const allEnded = alerts.every((alert) => alert.status === 'resolved');
  return status === 'resolved' && truncatedAlerts === 0 && allEnded;
}

function wordOn(alert: Alert, receivedAt: string): KnownAlert {
  const { status, startsAt } = alert;
  return status === 'firing'
    ? { ...alert, fired: { startsAt, seenAt: receivedAt }, ended: null }
    : {
        ...alert,
        fired: null,
        ended: { endsAt: endOfAlert(alert, receivedAt), seenAt: receivedAt },
      };
}

/** Nothing ends before it began, whatever is told instead of an end, and however far apart the clocks are. */
function endOfAlert({ startsAt, endsAt }: Alert, receivedAt: string): string {
  const end = endsAt ?? receivedAt;
  return isBefore(end, startsAt) ? startsAt : end;
}

/** Two words on one alert as one: the same whichever comes first, and however often. */
function together(a: KnownAlert, b: KnownAlert): KnownAlert {
  return {
    ...laterWord(a, b),
    startsAt: latestOf([a.startsAt, b.startsAt]) ?? a.startsAt,
    fired: laterFiring(a.fired, b.fired),
    ended: laterEnd(a.ended, b.ended),
  };
}

/** The start and the hearing each by itself: the two peers of a pair may know of different starts. */
function laterFiring(a: KnownAlert['fired'], b: KnownAlert['fired']): KnownAlert['fired'] {
  if (a === null || b === null) return a ?? b;
  return {
    startsAt: latestOf([a.startsAt, b.startsAt]) ?? a.startsAt,
    seenAt: latestOf([a.seenAt, b.seenAt]) ?? a.seenAt,
  };
}

function laterEnd(a: KnownAlert['ended'], b: KnownAlert['ended']): KnownAlert['ended'] {
  if (a === null || b === null) return a ?? b;
  if (isBefore(a.seenAt, b.seenAt)) return b;
  if (isBefore(b.seenAt, a.seenAt)) return a;
  return { seenAt: a.seenAt, endsAt: latestOf([a.endsAt, b.endsAt]) ?? a.endsAt };
}

/** The one whose labels and annotations stay. Of two at the same moment any will do, if it is always the same. */
function laterWord(a: KnownAlert, b: KnownAlert): KnownAlert {
  const order =
    Date.parse(seenAt(a) ?? a.startsAt) - Date.parse(seenAt(b) ?? b.startsAt) ||
    (contentOf(a) < contentOf(b) ? -1 : 1);
  return order > 0 ? a : b;
}

function seenAt({ fired, ended }: KnownAlert): string | null {
  return latestOf([fired?.seenAt ?? null, ended?.seenAt ?? null]);
}

function contentOf({ labels, annotations, generatorUrl }: KnownAlert): string {
  return canonicalJson([labels, annotations, generatorUrl]);
}

/** The alert with the status and the end that follow from all that was told of it and of its group. */
function settled(alert: KnownAlert, cleared: Clearing | null): KnownAlert {
  const { fired, ended } = alert;
  if (ended !== null && (fired === null || endsFiring(ended, fired))) {
    const endsAt = isBefore(ended.endsAt, ended.seenAt) ? ended.endsAt : ended.seenAt;
    return { ...alert, status: 'resolved', endsAt };
  }
  const isCleared = cleared !== null && fired !== null && clears(cleared, { fired, ended });
  return isCleared
    ? { ...alert, status: 'resolved', endsAt: cleared.at }
    : { ...alert, status: 'firing', endsAt: null };
}

/** The last resolution of a whole group. */
interface Clearing {
  /** When it was received. */
  at: string;
  /** When the last of what it lists ended; null when all of that was told to have ended again since. */
  lastEnd: string | null;
}

function clearingAt(at: string, alerts: KnownAlert[]): Clearing {
  const listed = alerts.flatMap(({ ended }) => (ended?.seenAt === at ? [ended.endsAt] : []));
  return { at, lastEnd: latestOf(listed) };
}

/**
 * An alert that a resolution of the whole group leaves out is over too: one that was silenced meanwhile is never
 * told of again. Of one that it lists it says itself what ended. One that began after all of that had ended is
 * another matter: the sender did not know of it, or the clock of the receiver that took the resolution is ahead.
 */
function clears(
  { at, lastEnd }: Clearing,
  { fired, ended }: { fired: NonNullable<KnownAlert['fired']>; ended: KnownAlert['ended'] },
): boolean {
  if (lastEnd !== null && isBefore(lastEnd, fired.startsAt)) return false;
  const isListed = ended !== null && !isBefore(ended.seenAt, at);
  return !isListed && !isBefore(at, fired.seenAt);
}

/** A resolution outweighs a firing that is received shortly after it, unless that began anew. */
function endsFiring(
  ended: NonNullable<KnownAlert['ended']>,
  fired: NonNullable<KnownAlert['fired']>,
): boolean {
  const heldUntil = Date.parse(ended.seenAt) + OVERTAKEN_MS;
  return !isBefore(ended.endsAt, fired.startsAt) && Date.parse(fired.seenAt) <= heldUntil;
}
