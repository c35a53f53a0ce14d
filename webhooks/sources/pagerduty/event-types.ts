/**
 * What the events mean that are acted on: each tells what an incident is like now. Events that come because
 * somebody takes care of it count too: an incident whose first event never arrived is then seen at last.
 */
const acted: ReadonlySet<string> = new Set([
  'incident.triggered',
  'incident.reopened',
  'incident.escalated',
  'incident.priority_updated',
  'incident.acknowledged',
  'incident.resolved',
]);

/** Why the others are not acted on, where there is more to say than their name. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['pagey.ping', "PagerDuty's test event: the signature is right, and there is nothing to do."],
  ['incident.annotated', 'Notes are never acted on: our own come back as this event.'],
]);

/** Why an event is not acted on; null when it is. */
export function reasonToIgnore(type: string): string | null {
  if (acted.has(type)) return null;
  return reasons.get(type) ?? `Events of the type ${type.slice(0, 60)} are not acted on.`;
}
