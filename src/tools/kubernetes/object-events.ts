import { z } from 'zod';
import type { TimeWindow } from '../../alert/window.ts';
import { ToolError } from '../tool.ts';
import type { KubernetesClient } from './client.ts';
import { Event } from './objects/event.ts';

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

interface Subject {
  kind: string;
  /** Empty for what has no namespace. */
  namespace: string;
  name: string;
  uid: string;
}

/** An object's events, oldest first, and what is to be said of those that are not there. */
export interface ObjectEvents {
  events: EventSummary[];
  gaps: string[];
}

/** Where the API keeps the events of what has no namespace. */
export const CLUSTER_EVENTS = 'default';

/**
 * The events of one object. They are found by name, as kubectl finds them, and then told apart by uid: a
 * StatefulSet's pod has the name of the one before it. A refusal to read them is a gap: what is told of an
 * object without its events is still worth telling.
 */
export async function readObjectEvents(
  client: KubernetesClient,
  subject: Subject,
  signal: AbortSignal,
): Promise<ObjectEvents> {
  const { kind, namespace, name } = subject;
  const terms = [`involvedObject.kind=${kind}`, `involvedObject.name=${name}`];
  if (namespace !== '') terms.push(`involvedObject.namespace=${namespace}`);
  const query = { namespace: namespace || CLUSTER_EVENTS, fieldSelector: terms.join(',') };
  try {
    const { items } = await client.list('events', query, Event, signal);
    const own = items.filter(({ involvedObject: { uid } }) => isOf(uid, subject));
    const earlier = items.length - own.length;
    return {
      events: own.map(summariseEvent).sort((a, b) => eventTime(a.lastAt) - eventTime(b.lastAt)),
      gaps:
        earlier === 0
          ? []
          : [`Left out: events of earlier ${kind.toLowerCase()}s of this name (${earlier}).`],
    };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { events: [], gaps: [`Events could not be read: ${error.message}`] };
  }
}

/** The kubelet writes a node's name where its uid belongs. */
function isOf(uid: string, subject: Subject): boolean {
  return uid === '' || uid === subject.uid || (subject.kind === 'Node' && uid === subject.name);
}

/** Old writers set the timestamps and the count, new ones eventTime and a series. */
export function summariseEvent(event: Event): EventSummary {
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

/** Milliseconds; an event without a time comes before all others. */
export function eventTime(at: string | null): number {
  const ms = Date.parse(at ?? '');
  return Number.isNaN(ms) ? 0 : ms;
}

/** Whether it went on at any time of the window. Of one that went on after it, the count is that of now. */
export function isWithin({ firstAt, lastAt }: EventSummary, { from, to }: TimeWindow): boolean {
  return eventTime(lastAt) >= Date.parse(from) && eventTime(firstAt) <= Date.parse(to);
}
