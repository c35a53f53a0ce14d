import { z } from 'zod';
import type { KubernetesClient } from './client.ts';
import { Event } from './objects.ts';

export const EventSummary = z.object({
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  count: z.number(),
  firstAt: z.string().nullable(),
  lastAt: z.string().nullable(),
  /** The component that reported it. */
  from: z.string(),
});
export type EventSummary = z.infer<typeof EventSummary>;

/** A pod's events, oldest first, and how many there are of earlier pods that had its name. */
export interface PodEvents {
  events: EventSummary[];
  ofEarlierPods: number;
}

/**
 * The events of one pod. They are found by name, as kubectl finds them, and then told apart by uid: a
 * StatefulSet's pod has the name of the one before it.
 */
export async function podEvents(
  client: KubernetesClient,
  pod: { namespace: string; name: string; uid: string },
  signal: AbortSignal,
): Promise<PodEvents> {
  const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${pod.name},involvedObject.namespace=${pod.namespace}`;
  const query = { namespace: pod.namespace, fieldSelector };
  const { items } = await client.list('events', query, Event, signal);
  const own = items.filter(({ involvedObject: { uid } }) => uid === '' || uid === pod.uid);
  return {
    events: own.map(summariseEvent).sort((a, b) => time(a.lastAt) - time(b.lastAt)),
    ofEarlierPods: items.length - own.length,
  };
}

/** Old writers set the timestamps and the count, new ones eventTime and a series. */
function summariseEvent(event: Event): EventSummary {
  const created = event.metadata.creationTimestamp ?? null;
  const first = event.firstTimestamp ?? event.eventTime ?? created;
  return {
    type: event.type,
    reason: event.reason,
    message: event.message,
    count: event.series?.count ?? event.count ?? 1,
    firstAt: first,
    lastAt: event.series?.lastObservedTime ?? event.lastTimestamp ?? first,
    from: event.source?.component || (event.reportingComponent ?? ''),
  };
}

function time(at: string | null): number {
  const ms = Date.parse(at ?? '');
  return Number.isNaN(ms) ? 0 : ms;
}
