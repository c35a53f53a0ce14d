import type { Delivery } from '../alert/alert.ts';
import { groupIdOf } from '../incident/identity.ts';
import type { Incident } from '../incident/incident.ts';
import { digest } from '../lib/digest.ts';

/** When it was looked, and what follows for what was seen. */
export interface Watch {
  now: string;
  /** Whether a webhook about what happened then, or so much later, should have arrived long ago. */
  isLate(instant: string, laterMs?: number): boolean;
  /** The same for the same things said within ten minutes. */
  idOf(...said: string[]): string;
}

/**
 * How long what was found once is not said again. A delivery that opens or joins is not missed any more; one that
 * is ignored for a good reason, such as a resolution a moment ago, has to be said again some time.
 */
const AGAIN_MS = 10 * 60_000;

export function watchAt(now: Date, lateAfterMs: number): Watch {
  const ms = now.getTime();
  return {
    now: now.toISOString(),
    isLate: (instant, laterMs = 0) => Date.parse(instant) + laterMs < ms - lateAfterMs,
    idOf: (...said) => `poll-${digest([String(Math.floor(ms / AGAIN_MS)), ...said], 24)}`,
  };
}

/** Whether an incident knows that the alert of this fingerprint fires. */
export function holds({ alerts }: Pick<Incident, 'alerts'>, fingerprint: string): boolean {
  return Object.hasOwn(alerts, fingerprint) && alerts[fingerprint]?.status === 'firing';
}

/** That all alerts of an incident are over; nothing for one whose group cannot be named any more. */
export function resolutionOf(incident: Incident, { now, idOf }: Watch): Delivery[] {
  const { id, origin, groupId, labels, alerts, lastDelivery } = incident;
  const known = Object.values(alerts);
  // A group key that held a secret is not the one that the sender gave.
  if (origin === undefined || groupIdOf(origin) !== groupId || known.length === 0) return [];
  return [
    {
      ...origin,
      id: idOf('resolved', id, lastDelivery.receivedAt),
      receivedAt: now,
      status: 'resolved',
      groupLabels: {},
      commonLabels: labels,
      commonAnnotations: {},
      externalUrl: '',
      truncatedAlerts: 0,
      notificationReason: 'found by asking: it fires no more, and no webhook told of it',
      alerts: known.map(({ fired: _fired, ended: _ended, ...alert }) => ({
        ...alert,
        status: 'resolved',
        endsAt: alert.endsAt ?? now,
      })),
    },
  ];
}
