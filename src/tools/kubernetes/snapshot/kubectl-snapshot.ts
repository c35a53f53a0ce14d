import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { type Tool, ToolError } from '../../tool.ts';
import { Namespace } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { type EventGroup, foldEvents } from '../events/fold-events.ts';
import { isVisible } from '../kinds/kind-view.ts';
import { KIND_VIEWS } from '../kinds/views.ts';
import { requireNamespace } from '../missing-namespace.ts';
import { CLUSTER_EVENTS, isWithin, summariseEvent } from '../object-events.ts';
import { Event } from '../objects/event.ts';
import { type PartialReads, partialReads } from '../partial-reads.ts';
import { RESOURCES } from '../resources.ts';
import { SNAPSHOT_RESOURCES, Snapshot, type SnapshotResource } from './contents.ts';
import { renderSnapshot, type Told } from './render-snapshot.ts';
import { SLIM } from './slim.ts';

const Input = z.strictObject({ namespace: Namespace });

/** Objects of one kind in the structured result: what is unhealthy comes first. */
const MAX_OBJECTS = 400;
const MAX_EVENTS = 300;

export function snapshot(client: KubernetesClient): Tool<typeof Input, typeof Snapshot> {
  return {
    name: 'kubectl_snapshot',
    title: 'A whole namespace',
    description:
      'Every object of a namespace with its specification and status, the nodes, volumes and storage classes around it, and ' +
      'its events, in one output that is long: for code that analyses it. To look at something, use the other tools. ' +
      'This is the state now.',
    input: Input,
    output: Snapshot,
    async run({ namespace }, { window, signal }) {
      const reads = partialReads(client, signal);
      const [kinds, events] = await Promise.all([
        Promise.all(SNAPSHOT_RESOURCES.map((it) => readKind(client, reads, it, namespace, window))),
        readEvents(client, reads, namespace, window),
      ]);
      reads.requireAny();
      const objects = new Map(kinds.map(({ resource, told }) => [resource, told]));
      const empty = !kinds.some(
        ({ resource, told }) => RESOURCES[resource].namespaced && told.length > 0,
      );
      const gaps = [
        ...reads.gaps(),
        ...(empty ? await requireNamespace(client, namespace, signal) : []),
      ];
      return {
        text: renderSnapshot({ namespace, objects, events, gaps }, window),
        structured: {
          namespace,
          at: window.to,
          objects: Object.fromEntries(
            kinds.map(({ resource, told }) => [resource, unhealthyFirst(told)]),
          ),
          events: events.slice(0, MAX_EVENTS),
          unread: kinds.flatMap(({ resource, complete, told }) =>
            complete && told.length <= MAX_OBJECTS ? [] : [resource],
          ),
          gaps,
        },
      };
    },
  };
}

interface KindRead {
  resource: SnapshotResource;
  told: Told[];
  complete: boolean;
}

async function readKind(
  client: KubernetesClient,
  reads: PartialReads,
  resource: SnapshotResource,
  namespace: string,
  window: TimeWindow,
): Promise<KindRead> {
  const scope = RESOURCES[resource].namespaced ? { namespace } : { namespace: undefined };
  const found = await reads.list(resource, scope, z.unknown());
  const view = KIND_VIEWS[resource].schemaAt(window);
  const told = (found ?? []).flatMap((raw): Told[] => {
    const parsed = view.safeParse(raw);
    if (!parsed.success) {
      const where = parsed.error.issues[0]?.path.join('.') ?? '';
      throw new ToolError(
        `The Kubernetes API answered with an object of ${resource} that is not understood (at "${where}").`,
      );
    }
    const kept = SLIM[resource](raw, window);
    if (kept === null || !isVisible(parsed.data, client.namespaces)) return [];
    return [{ raw, view: parsed.data, kept }];
  });
  return { resource, told, complete: found !== null };
}

/** The namespace's own, and those of nodes where the namespace that holds them may be read. */
async function readEvents(
  client: KubernetesClient,
  reads: PartialReads,
  namespace: string,
  window: TimeWindow,
): Promise<EventGroup[]> {
  const mayReadNodes = client.namespaces?.includes(CLUSTER_EVENTS) ?? true;
  const ofNodes = { namespace: CLUSTER_EVENTS, fieldSelector: 'involvedObject.kind=Node' };
  const [own, nodes] = await Promise.all([
    reads.list('events', { namespace }, Event),
    mayReadNodes ? reads.list('events', ofNodes, Event) : [],
  ]);
  const ownNodes = namespace === CLUSTER_EVENTS ? [] : (nodes ?? []);
  const within = [...(own ?? []), ...ownNodes].filter((it) => isWithin(summariseEvent(it), window));
  return foldEvents(within);
}

function unhealthyFirst(told: readonly Told[]): JsonObject[] {
  return told
    .toSorted((a, b) => Number(a.view.healthy) - Number(b.view.healthy))
    .slice(0, MAX_OBJECTS)
    .map(({ kept }) => kept);
}
