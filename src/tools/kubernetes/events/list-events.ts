import { z } from 'zod';
import { resolveRange } from '../../time-range.ts';
import { type Tool, ToolError } from '../../tool.ts';
import { KindName, Namespace, ObjectName } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { requireNamespace } from '../missing-namespace.ts';
import { CLUSTER_EVENTS, eventTime, isWithin, summariseEvent } from '../object-events.ts';
import { Event } from '../objects/event.ts';
import { findResource } from '../resource-names.ts';
import { RESOURCES, resourceNames } from '../resources.ts';
import { listVisible, scopeText, type VisibleList, withNamespaceAdvice } from '../visible-list.ts';
import { joined } from '../wording.ts';
import { EventGroup, foldEvents } from './fold-events.ts';
import { renderEventReport } from './render-events.ts';

const Input = z.strictObject({
  namespace: Namespace.optional().describe('Left out, every namespace that may be read.'),
  kind: KindName.optional().describe('Of the objects that the events are about, such as "pod".'),
  name: ObjectName.optional().describe('Of the object that the events are about.'),
  type: z.enum(['Warning', 'Normal']).optional(),
  since: z
    .string()
    .max(100)
    .optional()
    .describe(
      'Such as "1h", back from the end of the window, or FROM/TO. The default is the window.',
    ),
});
type Input = z.output<typeof Input>;

const Output = z.object({
  from: z.string(),
  to: z.string(),
  /** Warnings first, then the newest first. */
  events: z.array(EventGroup),
  /** Events that ended before `from`. */
  older: z.object({ count: z.number(), lastAt: z.string().nullable() }),
  /** What could not be read, or was left out, in words. */
  gaps: z.array(z.string()),
});

export function listEvents(client: KubernetesClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'kubectl_events',
    title: 'List events',
    description:
      'What Kubernetes reported within the window: warnings first, the newest first, equal events of one ' +
      'owner folded with counts and first and last time. Use it early: failed scheduling, probes, image ' +
      'pulls, evictions, quota and node trouble are told here.',
    input: Input,
    output: Output,
    async run(args, { window, signal }) {
      const range = resolveRange('since', args.since, window);
      const subject = subjectOf(args);
      const list = await readEvents(client, subject, signal);
      const within = list.items.filter((event) => isWithin(summariseEvent(event), range));
      const groups = foldEvents(within);
      const older = olderThan(list.items, range.from);
      const empty = list.items.length === 0;
      const gaps = [
        ...list.gaps,
        ...(list.truncated
          ? [`Only the first ${list.items.length} events were read: name a namespace or an object.`]
          : []),
        ...(empty ? await requireNamespace(client, args.namespace, signal) : []),
      ];
      const about = joined([scopeText(client, 'events', subject.namespace), subject.words], ', ');
      const report = renderEventReport({
        subject: about,
        across: subject.namespace === undefined,
        range,
        groups,
        older,
      });
      const text = [report, ...gaps.map((gap) => `Note: ${gap}`)].join('\n');
      return { text, structured: { ...range, events: groups, older, gaps } };
    },
  };
}

async function readEvents(
  client: KubernetesClient,
  { namespace, fieldSelector }: Subject,
  signal: AbortSignal,
): Promise<VisibleList<Event>> {
  try {
    return await listVisible(client, 'events', { namespace, fieldSelector }, Event, signal);
  } catch (error) {
    throw withNamespaceAdvice(error, namespace);
  }
}

function olderThan(events: readonly Event[], from: string): z.output<typeof Output>['older'] {
  const times = events
    .map((event) => summariseEvent(event).lastAt)
    .filter((at) => eventTime(at) < Date.parse(from))
    .sort((a, b) => eventTime(b) - eventTime(a));
  return { count: times.length, lastAt: times[0] ?? null };
}

interface Subject {
  namespace: string | undefined;
  fieldSelector: string;
  /** `pod/checkout-0, warning only`. */
  words: string;
}

function subjectOf({ namespace, kind, name, type }: Input): Subject {
  const known = kind === undefined ? undefined : kindOf(kind);
  const terms = [
    known && `involvedObject.kind=${known}`,
    name && `involvedObject.name=${name}`,
    type && `type=${type}`,
  ];
  return {
    namespace: known !== undefined && isClusterWide(known) ? CLUSTER_EVENTS : namespace,
    fieldSelector: joined(terms, ','),
    words: joined(
      [joined([known?.toLowerCase(), name], '/'), type && `${type.toLowerCase()} only`],
      ', ',
    ),
  };
}

/**
 * Kinds that are not read here have events all the same: a Rollout, a Certificate. Those go by their exact name.
 *
 * @throws ToolError for what is neither a kind of the table nor written like a kind.
 */
function kindOf(kind: string): string {
  try {
    return RESOURCES[findResource(kind)].kind;
  } catch (error) {
    if (error instanceof ToolError && /^[A-Z][A-Za-z0-9]*$/.test(kind)) return kind;
    throw error;
  }
}

function isClusterWide(kind: string): boolean {
  return resourceNames().some(
    (resource) => RESOURCES[resource].kind === kind && !RESOURCES[resource].namespaced,
  );
}
