import { z } from 'zod';
import { Alert, Delivery, Instant } from '../alert/alert.ts';

/** One thread: an episode of an alert group, from its first firing to its resolution. */
export const Incident = z.object({
  id: z.string(),
  /** Hash of source, receiver and group key: what Alertmanager repeats from episode to episode. */
  groupId: z.string(),
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
  /** The last that is known of every alert of the episode, by fingerprint. */
  alerts: z.record(z.string(), Alert),
  /** What its last delivery could not tell, in words for the report. */
  gaps: z.array(z.string()).exactOptional(),
  lastDelivery: z.object({ receivedAt: Instant, digest: z.string() }),
});
export type Incident = z.infer<typeof Incident>;

const DecisionKind = z.enum(['open', 'join', 're-fire', 'resolve', 'ignore']);

export const DecisionReason = z.enum([
  'first-seen',
  'new-episode',
  'new-alerts',
  'repeated',
  'started-again',
  'fires-on-after-resolution',
  'all-resolved',
  'resolved-before-seen',
  'already-resolved',
  'partly-resolved',
  'copy',
  'overtaken',
  'overtaken-by-resolution',
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
