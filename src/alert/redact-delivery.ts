import type { Delivery, LabelSet } from './alert.ts';

/**
 * The delivery with secrets taken out of every text that people wrote: a rule may well put a connection
 * string into an annotation. Ids and fingerprints stay as they are.
 */
export function redactDelivery(delivery: Delivery, redact: (text: string) => string): Delivery {
  const labels = (set: LabelSet): LabelSet =>
    Object.fromEntries(Object.entries(set).map(([name, value]) => [name, redact(value)]));
  return {
    ...delivery,
    groupKey: redact(delivery.groupKey),
    groupLabels: labels(delivery.groupLabels),
    commonLabels: labels(delivery.commonLabels),
    commonAnnotations: labels(delivery.commonAnnotations),
    externalUrl: redact(delivery.externalUrl),
    alerts: delivery.alerts.map((alert) => ({
      ...alert,
      labels: labels(alert.labels),
      annotations: labels(alert.annotations),
      generatorUrl: alert.generatorUrl === null ? null : redact(alert.generatorUrl),
    })),
  };
}
