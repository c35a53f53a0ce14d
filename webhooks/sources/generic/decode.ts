import type { Alert, Delivery } from '../../../src/alert/alert.ts';
import { digest } from '../../../src/lib/digest.ts';
import { read, readObject } from '../read.ts';
import type { Receipt } from '../source.ts';
import { Body } from './schema.ts';

/** @throws DecodeError naming the first field that is not as docs/sources.md has it. */
export function decode(body: unknown, receipt: Receipt): Delivery {
  const { key, status, title, severity, url, ...alert } = read(Body, readObject(body));
  const labels = {
    ...alert.labels,
    alertname: title,
    ...(severity === undefined ? {} : { severity }),
  };
  const only: Alert = {
    status,
    labels,
    annotations: alert.annotations,
    startsAt: alert.startsAt,
    endsAt: status === 'firing' ? null : (alert.endsAt ?? receipt.receivedAt),
    generatorUrl: url || null,
    // The key and not the labels: those may change while it fires.
    fingerprint: digest([key], 16),
  };
  return {
    ...receipt,
    source: 'generic',
    receiver: 'generic',
    groupKey: key,
    status,
    groupLabels: {},
    commonLabels: labels,
    commonAnnotations: alert.annotations,
    externalUrl: url ?? '',
    truncatedAlerts: 0,
    alerts: [only],
  };
}
