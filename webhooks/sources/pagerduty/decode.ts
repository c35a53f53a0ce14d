import type { Delivery } from '../../../src/alert/alert.ts';
import { digest } from '../../../src/lib/digest.ts';
import { deliveryOfIncident, IncidentData } from '../../../src/pagerduty/incident-delivery.ts';
import { read, readObject } from '../read.ts';
import { DecodeError, type Ignored, type Receipt } from '../source.ts';
import { reasonToIgnore } from './event-types.ts';
import { Envelope } from './schema.ts';

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
  const late = Date.parse(occurredAt) < Date.parse(receipt.receivedAt);
  // What is reopened begins anew: PagerDuty leaves it the time of its creation.
  const reopened = event.event_type === 'incident.reopened';
  return deliveryOfIncident(incident, {
    // The same event is the same delivery, however often it is sent.
    id: `pagerduty-${digest([event.id], 24)}`,
    // What PagerDuty sends again after an outage, for up to 48 h, does not tell how the incident is by then.
    receivedAt: late ? new Date(occurredAt).toISOString() : receipt.receivedAt,
    reason: event.event_type,
    startsAt: reopened ? occurredAt : (incident.created_at ?? occurredAt),
    endsAt: resolved ? occurredAt : null,
  });
}

function notV3(body: object): DecodeError {
  const advice =
    'messages' in body
      ? 'This is a webhook of version 1 or 2: make a subscription of version 3 (Generic Webhooks (v3)).'
      : 'This is not a webhook of PagerDuty, version 3.';
  return new DecodeError('event', `event: expected an object, got nothing. ${advice}`);
}
