import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import { isWithin, summariseEvent } from '../object-events.ts';
import type { Event } from '../objects/event.ts';
import { Condition, Metadata } from '../objects/metadata.ts';
import { oneLine } from '../wording.ts';

/** A ReplicaSet without its template, of which there are too many to read it in vain. */
export const ReplicaCount = z.object({
  metadata: Metadata,
  spec: z.object({ replicas: z.number().default(1) }),
  status: z
    .object({ replicas: z.number().default(0), conditions: z.array(Condition).default([]) })
    .prefault({}),
});
export type ReplicaCount = z.infer<typeof ReplicaCount>;

/** A workload whose pods a quota or a LimitRange refuses. */
export const Refusal = z.object({
  namespace: z.string(),
  /** `ReplicaSet/cart-78c5f`: what makes the pods. */
  object: z.string(),
  reason: z.string(),
  /** Null where only events tell of it. */
  wanted: z.number().nullable(),
  existing: z.number().nullable(),
  /** Null where only events tell of it. */
  since: z.string().nullable(),
  /** Of what events remember; null where they remember nothing of it. */
  lastAt: z.string().nullable(),
  count: z.number().nullable(),
});
export type Refusal = z.infer<typeof Refusal>;

/** The words of the quota and the LimitRange admission of the API server. */
const BY_LIMITS = /exceeded quota|failed quota|(?:max|min)imum .+ per|limit to request ratio/i;

/**
 * The refusals that stand: a ReplicaSet says so in a condition; of the others only events of the window tell.
 */
export function refusalsOf(
  replicaSets: readonly ReplicaCount[],
  events: readonly Event[],
  window: TimeWindow,
): Refusal[] {
  const standing = replicaSets.flatMap(standingRefusal);
  const seen = new Map(standing.map((it) => [keyOf(it), it]));
  for (const event of events) {
    const refusal = eventRefusal(event, window);
    if (refusal === null) continue;
    const known = seen.get(keyOf(refusal));
    seen.set(keyOf(refusal), known ? { ...known, ...countsOf(known, refusal) } : refusal);
  }
  return [...seen.values()];
}

function keyOf({ namespace, object }: Refusal): string {
  return `${namespace}/${object}`;
}

/** Each pod has a message, and so an event, of its own. */
function countsOf(known: Refusal, { lastAt, count, reason }: Refusal): Partial<Refusal> {
  const later = known.lastAt === null || Date.parse(lastAt ?? '') > Date.parse(known.lastAt);
  return { count: (known.count ?? 0) + (count ?? 0), ...(later ? { lastAt, reason } : {}) };
}

function standingRefusal({ metadata, spec, status }: ReplicaCount): Refusal[] {
  const failure = status.conditions.find(
    (it) => it.type === 'ReplicaFailure' && it.status === 'True',
  );
  const message = failure?.message ?? '';
  if (!BY_LIMITS.test(message)) return [];
  return [
    {
      namespace: metadata.namespace,
      object: `ReplicaSet/${metadata.name}`,
      reason: reasonOf(message),
      wanted: spec.replicas,
      existing: status.replicas,
      since: failure?.lastTransitionTime ?? null,
      lastAt: null,
      count: null,
    },
  ];
}

function eventRefusal(event: Event, window: TimeWindow): Refusal | null {
  const summary = summariseEvent(event);
  if (!BY_LIMITS.test(summary.message) || !isWithin(summary, window)) return null;
  const { kind, name, namespace } = event.involvedObject;
  return {
    namespace,
    object: `${kind}/${name}`,
    reason: reasonOf(summary.message),
    wanted: null,
    existing: null,
    since: null,
    lastAt: summary.lastAt,
    count: summary.count,
  };
}

/** Without the name of the pod, which never came to be. */
function reasonOf(message: string): string {
  return oneLine(message.replace(/^.*? is forbidden: /s, ''));
}
