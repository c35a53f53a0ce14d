import { z } from 'zod';
import { Alert, Delivery, Instant } from '../alert/alert.ts';

/** An alert with what was told of it. Its `status` and `endsAt` follow from that, and from its group's resolution. */
export const KnownAlert = Alert.extend({
  /** The latest start that it was told to fire since, and when it was last told to fire; null before the first. */
  fired: z.object({ startsAt: Instant, seenAt: Instant }).nullable(),
  /** The end that its last resolution told, and when that was received; null before the first. */
  ended: z.object({ endsAt: Instant, seenAt: Instant }).nullable(),
});
export type KnownAlert = z.infer<typeof KnownAlert>;

/** Where a group comes from, by the sender's own names: the group key of PagerDuty is the id of its incident. */
const Origin = Delivery.pick({ source: true, receiver: true, groupKey: true });
export type Origin = z.infer<typeof Origin>;

/** One thread: an episode of an alert group, from its first firing to its resolution. */
export const Incident = z.object({
  id: z.string(),
  /** Hash of source, receiver and group key: what Alertmanager repeats from episode to episode. */
  groupId: z.string(),
  /** What `groupId` is the hash of, secrets taken out. Absent of incidents that were opened before it was kept. */
  origin: Origin.exactOptional(),
  /** Hash of the group and the earliest firing start: what makes this episode this one. */
  episodeId: z.string(),
  environment: z.string(),
  status: z.enum(['open', 'resolved']),
  title: z.string(),
  severity: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  startedAt: Instant,
  openedAt: Instant,
  resolvedAt: Instant.nullable(),
  /** All that is known of every alert of the episode, by fingerprint. */
  alerts: z.record(z.string(), KnownAlert),
  /** When the last resolution of the whole group was received; null before the first. */
  clearedAt: Instant.nullable(),
  /** When the last body that left alerts out was received; null before the first. */
  cutAt: Instant.nullable(),
  /** When the last word on the group's episode before this one was received; null for its first. */
  previousEnd: Instant.nullable(),
  /** What its last delivery could not tell, in words for the report. */
  gaps: z.array(z.string()).exactOptional(),
  lastDelivery: z.object({ receivedAt: Instant, digest: z.string() }),
});
export type Incident = z.infer<typeof Incident>;

const DecisionKind = z.enum(['open', 'join', 're-fire', 'escalate', 'resolve', 'reopen', 'ignore']);

export const DecisionReason = z.enum([
  'first-seen',
  'new-episode',
  'over-when-seen',
  'new-alerts',
  'severity-rose',
  'repeated',
  'started-again',
  'all-resolved',
  'fires-on-after-resolution',
  'back-soon-after-resolution',
  'resolved-before-seen',
  'already-resolved',
  'partly-resolved',
  'copy',
  'overtaken',
  'overtaken-by-resolution',
  'earlier-episode',
]);

/** What a delivery means for its incident, and the named reason why. */
export const Decision = z.object({ kind: DecisionKind, reason: DecisionReason });
export type Decision = z.infer<typeof Decision>;

/** A delivery that was decided on: the incident's own log. */
export const DecidedDelivery = z.object({
  delivery: Delivery,
  decision: Decision,
  incidentId: z.string().nullable(),
});
export type DecidedDelivery = z.infer<typeof DecidedDelivery>;
