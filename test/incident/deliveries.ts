import type { Alert, Delivery } from '../../src/alert/alert.ts';
import type { KnownAlert } from '../../src/incident/incident.ts';

/** Builds deliveries for tests: minutes past 03:00 UTC on one night. */
export function at(minute: number, second = 0): string {
  return new Date(Date.UTC(2026, 10, 3, 3, minute, second)).toISOString();
}

export function alert(fingerprint: string, more: Partial<Alert> = {}): Alert {
  return {
    status: 'firing',
    labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: `checkout-${fingerprint}` },
    annotations: {},
    startsAt: at(0),
    endsAt: null,
    generatorUrl: null,
    fingerprint,
    ...more,
  };
}

export function resolved(fingerprint: string, endsAt: string, more: Partial<Alert> = {}): Alert {
  return alert(fingerprint, { status: 'resolved', endsAt, ...more });
}

/** An alert that fires, as an incident knows it. */
export function knownAlert(fingerprint: string, more: Partial<Alert> = {}): KnownAlert {
  return {
    ...alert(fingerprint, more),
    fired: { startsAt: at(0), seenAt: at(1) },
    ended: null,
  };
}

export function delivery(
  receivedAt: string,
  alerts: Alert[],
  more: Partial<Delivery> = {},
): Delivery {
  return {
    id: `delivery-${receivedAt}-${alerts.map((item) => item.fingerprint + item.status).join('-')}`,
    source: 'alertmanager',
    receivedAt,
    receiver: 'probable-cause',
    groupKey: '{}:{alertname="KubePodCrashLooping", namespace="shop"}',
    status: alerts.some((item) => item.status === 'firing') ? 'firing' : 'resolved',
    groupLabels: { alertname: 'KubePodCrashLooping', namespace: 'shop' },
    commonLabels: { alertname: 'KubePodCrashLooping', namespace: 'shop' },
    commonAnnotations: {},
    externalUrl: 'http://alertmanager:9093',
    truncatedAlerts: 0,
    alerts,
    ...more,
  };
}
