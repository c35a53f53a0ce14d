import { z } from 'zod';
import { eventTime, summariseEvent } from '../object-events.ts';
import type { Event } from '../objects/event.ts';

/** Events that say the same of the objects of one owner. */
export const EventGroup = z.object({
  type: z.string(),
  reason: z.string(),
  namespace: z.string(),
  kind: z.string(),
  /** Of the object with the newest event. */
  name: z.string(),
  /** Names of all objects, the owner's made-up parts left out; the same as `name` for one object. */
  family: z.string(),
  objects: z.number(),
  /** How often it happened, over all objects. */
  count: z.number(),
  firstAt: z.string().nullable(),
  lastAt: z.string().nullable(),
  /** The newest one. */
  message: z.string(),
  from: z.string(),
});
export type EventGroup = z.infer<typeof EventGroup>;

/** Warnings first, then the newest first. */
export function foldEvents(events: readonly Event[]): EventGroup[] {
  const groups = Map.groupBy(events, (event) => {
    const { kind, name } = event.involvedObject;
    const { type, reason } = event;
    const family = familyOf(kind, name);
    return JSON.stringify([type, event.metadata.namespace, kind, family, reason, gist(event)]);
  });
  return [...groups.values()].flatMap(foldGroup).sort(byUrgency);
}

function foldGroup(events: readonly Event[]): EventGroup[] {
  const rows = events
    .map((event) => ({ event, summary: summariseEvent(event) }))
    .sort((a, b) => eventTime(b.summary.lastAt) - eventTime(a.summary.lastAt));
  const [newest] = rows;
  if (!newest) return [];
  const { kind, name } = newest.event.involvedObject;
  const objects = new Set(events.map(({ involvedObject }) => involvedObject.name)).size;
  const firsts = rows.map(({ summary }) => summary.firstAt).filter((at) => at !== null);
  return [
    {
      type: newest.event.type,
      reason: newest.event.reason,
      namespace: newest.event.metadata.namespace,
      kind,
      name,
      family: objects === 1 ? name : familyOf(kind, name),
      objects,
      count: rows.reduce((sum, { summary }) => sum + summary.count, 0),
      firstAt: firsts.sort((a, b) => eventTime(a) - eventTime(b))[0] ?? null,
      lastAt: newest.summary.lastAt,
      message: newest.summary.message,
      from: newest.summary.from,
    },
  ];
}

function byUrgency(a: EventGroup, b: EventGroup): number {
  const warning = Number(b.type === 'Warning') - Number(a.type === 'Warning');
  return warning || eventTime(b.lastAt) - eventTime(a.lastAt);
}

/** What Kubernetes makes names up from has no vowels, so that it never is a word. */
const MADE_UP = '[bcdfghjklmnpqrstvwxz2456789]{5}';
const TEMPLATE_HASH = '-(?=[a-z]*\\d)[0-9a-z]{5,10}';
const OF_REPLICA_SET = new RegExp(`${TEMPLATE_HASH}$`);
const OF_TEMPLATE = new RegExp(`(?:${TEMPLATE_HASH})?-${MADE_UP}$`);
const OF_STATEFUL_SET = /-\d+$/;
const OF_CRON_JOB = /-\d{6,12}$/;

/** `checkout-*` for `checkout-6b9f7c9d4-x2x4p`: an event does not say who owns its object, but the name does. */
function familyOf(kind: string, name: string): string {
  const stem = stemOf(kind, name);
  return stem === name ? name : `${stem}-*`;
}

function stemOf(kind: string, name: string): string {
  switch (kind) {
    case 'Pod':
      return name.replace(OF_TEMPLATE.test(name) ? OF_TEMPLATE : OF_STATEFUL_SET, '');
    case 'ReplicaSet':
      return name.replace(OF_REPLICA_SET, '');
    case 'Job':
      return name.replace(OF_CRON_JOB, '');
    default:
      return name;
  }
}

/** A message without what differs from object to object and from time to time. */
function gist({ message, involvedObject: { name, uid } }: Event): string {
  let text = message;
  for (const own of [name, uid]) if (own !== '') text = text.replaceAll(own, '*');
  return text
    .replace(/\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/g, '*')
    .replace(/\b[0-9a-f]{12,64}\b/g, '*')
    .replace(/\b(?:\d+(?:\.\d+)?(?:h|m|s|ms|µs))+\b/g, '*');
}
