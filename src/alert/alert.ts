import { z } from 'zod';

/** An RFC 3339 instant. Kept as text so that it survives every queue and JSON column unchanged. */
export const Instant = z.iso.datetime({ offset: true });

const LabelSet = z.record(z.string(), z.string());
export type LabelSet = z.infer<typeof LabelSet>;

/** One alert, whatever system sent it. */
export const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: LabelSet,
  annotations: LabelSet,
  startsAt: Instant,
  /** Null while it fires: Alertmanager sends `0001-01-01T00:00:00Z` or a future time then. */
  endsAt: Instant.nullable(),
  /** Where the rule that fired can be seen; its query carries the alert's own expression. */
  generatorUrl: z.string().nullable(),
  fingerprint: z.string().min(1),
  /** It is the group itself, told of because the alerts behind it were not known, or none of them fired. */
  standsIn: z.literal(true).exactOptional(),
});
export type Alert = z.infer<typeof Alert>;

/** One webhook body that was accepted, normalised. */
export const Delivery = z.object({
  id: z.string().min(1),
  source: z.enum(['alertmanager', 'generic', 'grafana', 'pagerduty']),
  /** Or when it was sent, by a source that tells that and sends again for so long that it matters. */
  receivedAt: Instant,
  receiver: z.string(),
  groupKey: z.string(),
  status: z.enum(['firing', 'resolved']),
  groupLabels: LabelSet,
  commonLabels: LabelSet,
  commonAnnotations: LabelSet,
  externalUrl: z.string(),
  /** How many alerts the sender left out of this body. */
  truncatedAlerts: z.number().int().nonnegative(),
  /** Why the sender sends now, in its own words, where it says so. */
  notificationReason: z.string().exactOptional(),
  /** Labels that the route in Alertmanager gave it; they belong to no alert. */
  routeLabels: LabelSet.exactOptional(),
  /** What the body left out and has to be asked for before anything is decided. Absent when it is whole. */
  lacks: z.enum(['alerts']).exactOptional(),
  /** What was left out and could not be had, in words for the report. */
  gaps: z.array(z.string()).exactOptional(),
  alerts: z.array(Alert).min(1),
});
export type Delivery = z.infer<typeof Delivery>;
