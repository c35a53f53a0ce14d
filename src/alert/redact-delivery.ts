import { decodePercent } from '../evidence/encoded-text.ts';
import type { Redact } from '../evidence/redact.ts';
import { isSecretObject } from '../evidence/secret-names.ts';
import type { Delivery, LabelSet } from './alert.ts';

/**
 * The delivery with secrets taken out of every text that people wrote: a rule may well put a connection
 * string into an annotation. Ids and fingerprints stay as they are.
 */
export function redactDelivery(delivery: Delivery, redact: Redact): Delivery {
  const labels = (set: LabelSet): LabelSet => mapValues(set, redactLabel);
  const annotations = (set: LabelSet): LabelSet =>
    mapValues(set, (name, value) => redact(value, name));
  const { notificationReason, routeLabels } = delivery;
  return {
    ...delivery,
    ...(notificationReason !== undefined && { notificationReason: redact(notificationReason) }),
    ...(routeLabels !== undefined && { routeLabels: labels(routeLabels) }),
    receiver: redact(delivery.receiver),
    groupKey: redact(delivery.groupKey),
    groupLabels: labels(delivery.groupLabels),
    commonLabels: labels(delivery.commonLabels),
    commonAnnotations: annotations(delivery.commonAnnotations),
    externalUrl: redactUrl(delivery.externalUrl, redact),
    alerts: delivery.alerts.map((alert) => ({
      ...alert,
      labels: labels(alert.labels),
      annotations: annotations(alert.annotations),
      generatorUrl: alert.generatorUrl === null ? null : redactUrl(alert.generatorUrl, redact),
    })),
  };

  function redactLabel(name: string, value: string): string {
    return isSecretObject(name, value) ? redact(value) : redact(value, name);
  }
}

function mapValues(set: LabelSet, change: (name: string, value: string) => string): LabelSet {
  return Object.fromEntries(
    Object.entries(set).map(([name, value]) => [name, change(name, value)]),
  );
}

/**
 * A query such as `g0.expr=up%7Bpassword%3D…` is read decoded, one parameter at a time, so that the rest of the
 * expression stays. A URL with nothing to redact comes back to the letter.
 */
function redactUrl(url: string, redact: Redact): string {
  const [, base = url, query = '', rest = ''] = /^([^?#]*)(\?[^#]*)?(.*)$/s.exec(url) ?? [];
  return redact(base + query.replace(/([?&])([^&=]*)=([^&]*)/g, redactParameter) + rest);

  function redactParameter(whole: string, mark: string, name: string, value: string): string {
    const decoded = decodeParameter(value);
    const redacted = redact(decoded, decodeParameter(name));
    return redacted === decoded ? whole : `${mark}${name}=${encodeURIComponent(redacted)}`;
  }
}

function decodeParameter(text: string): string {
  return decodePercent(text.replaceAll('+', ' '));
}
