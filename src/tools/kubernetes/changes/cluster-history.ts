import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import type { Change } from '../../changes/change.ts';
import { isOwnedBy } from '../label-selector.ts';
import { summariseEvent } from '../object-events.ts';
import type { Event } from '../objects/event.ts';
import type { Metadata } from '../objects/metadata.ts';
import { HorizontalPodAutoscaler } from '../objects/workload.ts';
import type { Revision } from '../rollout/revisions.ts';
import { fallsWithin, WrittenObject, writesOf } from './managed-fields.ts';
import { nodeChanges, type WrittenNode } from './nodes.ts';
import { rolloutsOf, type Workload } from './rollouts.ts';
import { rescaleOf, resizeOf, scalingsOf } from './scaling.ts';
import { objectChanges } from './writes.ts';

export const WrittenWorkload = WrittenObject.extend({
  spec: z.object({ replicas: z.number().nullish() }).prefault({}),
});
type WrittenWorkload = z.infer<typeof WrittenWorkload>;

export const WrittenAutoscaler = HorizontalPodAutoscaler.extend(WrittenObject.shape);
type WrittenAutoscaler = z.infer<typeof WrittenAutoscaler>;

/** What a cluster remembers of its changes. */
export interface ClusterHistory {
  workloads: readonly { kind: string; object: WrittenWorkload }[];
  revisions: readonly Revision[];
  autoscalers: readonly WrittenAutoscaler[];
  /** Of everything else that is told when it is written. */
  others: readonly { kind: string; object: WrittenObject }[];
  /** ScalingReplicaSet of Deployments, SuccessfulRescale of autoscalers, and all of nodes. */
  events: readonly Event[];
  nodes: readonly WrittenNode[];
}

/** All changes that lie within the window, in no order. */
export function clusterChanges(history: ClusterHistory, window: TimeWindow): Change[] {
  const { workloads, autoscalers, others, nodes } = history;
  const events = history.events.filter((event) =>
    fallsWithin(summariseEvent(event).lastAt, window),
  );
  const scaled = autoscalers.map((object) => ({ kind: 'HorizontalPodAutoscaler', object }));
  return [
    ...workloads.flatMap((workload) => workloadChanges(workload, { ...history, events }, window)),
    ...[...others, ...scaled]
      .filter(({ object }) => !isBookkeeping(object.metadata))
      .flatMap(({ kind, object }) =>
        objectChanges({ kind, metadata: object.metadata }, writesOf(object, window), [], window),
      ),
    ...nodeChanges(nodes, events, window),
  ];
}

function workloadChanges(
  { kind, object: { metadata, spec }, object }: ClusterHistory['workloads'][number],
  { revisions, autoscalers, events }: ClusterHistory,
  window: TimeWindow,
): Change[] {
  const { namespace, name, uid } = metadata;
  const workload: Workload = {
    kind,
    metadata,
    replicas: spec.replicas ?? null,
    writes: writesOf(object, window),
    revisions: revisions.filter(
      (it) => it.metadata.namespace === namespace && isOwnedBy(it.metadata, { kind, name, uid }),
    ),
  };
  const near = events.filter(({ involvedObject }) => involvedObject.namespace === namespace);
  const resizes = near.filter(({ involvedObject: it }) => it.kind === kind && it.name === name);
  const own = autoscalers.filter(
    (it) =>
      it.metadata.namespace === namespace &&
      it.spec.scaleTargetRef.kind === kind &&
      it.spec.scaleTargetRef.name === name,
  );
  const rescales = near.filter(
    ({ involvedObject: it }) =>
      it.kind === 'HorizontalPodAutoscaler' &&
      own.some(({ metadata: autoscaler }) => autoscaler.name === it.name),
  );
  const rollouts = rolloutsOf(workload, window);
  const scalings = scalingsOf(workload, resizes.flatMap(resizeOf), rescales.flatMap(rescaleOf));
  const told = [...rollouts.writes, ...scalings.writes];
  return [
    ...rollouts.changes,
    ...scalings.changes,
    ...objectChanges(workload, workload.writes, told, window),
  ];
}

/** What the cluster writes by way of its own work: the CA of each namespace, and who leads. */
function isBookkeeping({ name, annotations }: Metadata): boolean {
  return name === 'kube-root-ca.crt' || 'control-plane.alpha.kubernetes.io/leader' in annotations;
}
