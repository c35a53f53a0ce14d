import type { z } from 'zod';
import type { ChangeQuery, ChangeSource } from '../../changes/change.ts';
import type { KubernetesClient } from '../client.ts';
import { requireNamespace } from '../missing-namespace.ts';
import { CLUSTER_EVENTS } from '../object-events.ts';
import { Event } from '../objects/event.ts';
import { type PartialReads, partialReads } from '../partial-reads.ts';
import { RESOURCES, type Resource } from '../resources.ts';
import { ControllerRevisionRevision, ReplicaSetRevision } from '../rollout/revisions.ts';
import { SOURCE } from './cluster-change.ts';
import {
  type ClusterHistory,
  clusterChanges,
  WrittenAutoscaler,
  WrittenWorkload,
} from './cluster-history.ts';
import { WrittenObject } from './managed-fields.ts';
import { WrittenNode } from './nodes.ts';

const MEMORY =
  'Kubernetes keeps the last write of each writer only, events for about an hour, and nothing of what is deleted.';

/** What changed in a cluster, as far as its objects and events remember. */
export function kubernetesChanges(client: KubernetesClient): ChangeSource {
  return {
    name: SOURCE,
    async changes({ window, namespaces }, signal) {
      const reads = partialReads(client, signal);
      const nodeReads = partialReads(client, signal);
      const [objects, nodes] = await Promise.all([
        readObjects(reads, namespaces),
        readNodes(client, nodeReads),
      ]);
      // Nodes are told besides: where nothing else can be read, the question has no answer.
      reads.requireAny();
      const empty = Object.values(objects).every(({ length }) => length === 0);
      const notes = await Promise.all(
        (empty ? (namespaces ?? []) : []).map((it) => requireNamespace(client, it, signal)),
      );
      const events = [...objects.events, ...nodes.events];
      return {
        changes: clusterChanges({ ...objects, ...nodes, events }, window),
        gaps: [...new Set([...reads.gaps(), ...nodeReads.gaps(), ...notes.flat()]), MEMORY],
      };
    },
  };
}

const WORKLOADS = ['deployments', 'statefulsets', 'daemonsets'] as const;
const OTHERS = [
  'configmaps',
  'services',
  'ingresses',
  'networkpolicies',
  'resourcequotas',
  'cronjobs',
] as const;

/** All at once. What cannot be read is missing here, and a gap. */
async function readObjects(
  reads: PartialReads,
  namespaces: ChangeQuery['namespaces'],
): Promise<Omit<ClusterHistory, 'nodes'>> {
  async function list<T>(resource: Resource, schema: z.ZodType<T>, fieldSelector?: string) {
    const lists = (namespaces ?? [undefined]).map((namespace) =>
      reads.list(resource, { namespace, fieldSelector }, schema),
    );
    return (await Promise.all(lists)).flatMap((items) => items ?? []);
  }
  async function listKinds<T>(resources: readonly Resource[], schema: z.ZodType<T>) {
    const lists = resources.map(async (resource) => {
      const { kind } = RESOURCES[resource];
      return (await list(resource, schema)).map((object) => ({ kind, object }));
    });
    return (await Promise.all(lists)).flat();
  }
  const [workloads, others, autoscalers, revisions, events] = await Promise.all([
    listKinds(WORKLOADS, WrittenWorkload),
    listKinds(OTHERS, WrittenObject),
    list('horizontalpodautoscalers', WrittenAutoscaler),
    Promise.all([
      list('replicasets', ReplicaSetRevision),
      list('controllerrevisions', ControllerRevisionRevision),
    ]),
    Promise.all([
      list('events', Event, 'reason=ScalingReplicaSet'),
      list('events', Event, 'reason=SuccessfulRescale'),
    ]),
  ]);
  return {
    workloads,
    others,
    autoscalers,
    revisions: revisions.flat(),
    events: events.flat(),
  };
}

/** Their events lie in a namespace that an allow-list seldom names; the nodes themselves tell most of it. */
async function readNodes(
  client: KubernetesClient,
  reads: PartialReads,
): Promise<Pick<ClusterHistory, 'nodes' | 'events'>> {
  const mayReadEvents = client.namespaces?.includes(CLUSTER_EVENTS) ?? true;
  const query = { namespace: CLUSTER_EVENTS, fieldSelector: 'involvedObject.kind=Node' };
  const [nodes, events] = await Promise.all([
    reads.list('nodes', { namespace: undefined }, WrittenNode),
    mayReadEvents ? reads.list('events', query, Event) : [],
  ]);
  return { nodes: nodes ?? [], events: events ?? [] };
}
