import type { Alert, Delivery, LabelSet } from '../../../src/alert/alert.ts';
import { digest } from '../../../src/lib/digest.ts';
import { read, readObject } from '../read.ts';
import { DecodeError, type Ignored, type Receipt } from '../source.ts';
import { reasonToIgnore } from './event-types.ts';
import { Envelope, IncidentData } from './schema.ts';

/**
 * An event about an incident as a delivery of one alert: the incident itself. The alerts behind it are not in
 * the event, so the delivery says that it lacks them.
 * @throws DecodeError naming the first field that is not as V3 has it.
 */
export function decode(body: unknown, receipt: Receipt): Delivery | Ignored {
  const given = readObject(body);
  if (!('event' in given)) throw notV3(given);
  const { event } = read(Envelope, given);
  const ignored = reasonToIgnore(event.event_type);
  if (ignored !== null) return { ignored };
  const incident = read(IncidentData, event.data, 'event.data');
  const resolved = event.event_type === 'incident.resolved' || incident.status === 'resolved';
  const occurredAt = event.occurred_at ?? receipt.receivedAt;
  // What is reopened begins anew: PagerDuty leaves it the time of its creation.
  const reopened = event.event_type === 'incident.reopened';
  const startsAt = reopened ? occurredAt : (incident.created_at ?? occurredAt);
  const alert = incidentAsAlert(incident, startsAt, resolved ? occurredAt : null);
  return {
    // The same event is the same delivery, however often it is sent.
    id: `pagerduty-${digest([event.id], 24)}`,
    receivedAt: receipt.receivedAt,
    source: 'pagerduty',
    // Not the service: an incident can be moved to another one.
    receiver: 'pagerduty',
    groupKey: incident.id,
    status: alert.status,
    groupLabels: {},
    commonLabels: alert.labels,
    commonAnnotations: {},
    externalUrl: incident.html_url ?? '',
    truncatedAlerts: 0,
    notificationReason: event.event_type,
    lacks: 'alerts',
    alerts: [alert],
  };
}

function incidentAsAlert(incident: IncidentData, startsAt: string, endsAt: string | null): Alert {
  return {
    status: endsAt === null ? 'firing' : 'resolved',
    labels: labelsOf(incident),
    annotations: {},
    startsAt,
    endsAt,
    generatorUrl: null,
    fingerprint: digest(['pagerduty', incident.id], 16),
    standsIn: true,
  };
}

/** A priority is a judgement about this very incident, an urgency only whether to wake somebody. */
function labelsOf({ title, service, priority, urgency }: IncidentData): LabelSet {
  const severity = severities.get(priority?.summary?.toUpperCase() ?? '') ?? urgency;
  const labels = {
    alertname: title || 'PagerDuty incident',
    severity,
    pagerduty_service: service?.summary,
    pagerduty_priority: priority?.summary,
    pagerduty_urgency: urgency,
  };
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}

/** The priorities that an account has at first, as severities. */
const severities: ReadonlyMap<string, string> = new Map([
  ['P1', 'critical'],
  ['P2', 'error'],
  ['P3', 'warning'],
  ['P4', 'low'],
  ['P5', 'info'],
]);

function notV3(body: object): DecodeError {
  const advice =
    'messages' in body
      ? 'This is a webhook of version 1 or 2: make a subscription of version 3 (Generic Webhooks (v3)).'
      : 'This is not a webhook of PagerDuty, version 3.';
  return new DecodeError('event', `event: expected an object, got nothing. ${advice}`);
}
