import type { Citation } from '../../../report/report.ts';
import type { Pod } from '../../../tools/kubernetes/objects/pod.ts';
import type { ClusterEvent } from '../../cluster.ts';
import { isSame, keyOf, type ObjectRef, refOf } from '../../object-ref.ts';
import { ownerOf, subjectOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** The pods of one workload that have no node. */
export interface Unscheduled {
  owner: ObjectRef;
  /** At least one. */
  pods: readonly [Pod, ...Pod[]];
  /** What the scheduler says; null when it says nothing. */
  message: string | null;
  citations: Citation[];
  since: string | null;
}

export function unscheduledPods(situation: Situation): Unscheduled[] {
  const { cluster } = situation;
  const pending = cluster.pods.filter(
    ({ metadata, spec, status }) =>
      status.phase === 'Pending' && spec.nodeName === '' && !metadata.deletionTimestamp,
  );
  const byOwner = Map.groupBy(pending, (pod) => keyOf(ownerOf(pod, cluster)));
  return [...byOwner.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [unscheduled([first, ...others], situation)],
  );
}

function unscheduled(pods: readonly [Pod, ...Pod[]], situation: Situation): Unscheduled {
  const { cluster, quotes } = situation;
  const owner = ownerOf(pods[0], cluster);
  const event = schedulingEvent(owner, situation);
  const conditions = pods.flatMap(({ status }) =>
    status.conditions.filter(({ type, status }) => type === 'PodScheduled' && status === 'False'),
  );
  const condition = conditions.find(({ message }) => message) ?? conditions[0];
  const created = pods.flatMap(({ metadata }) => metadata.creationTimestamp ?? []).sort();
  return {
    owner,
    pods,
    message: condition?.message || event?.message || null,
    citations: [
      ...quotes
        .object(refOf('Pod', pods[0].metadata), /Unschedulable|nodes are available/)
        .slice(0, 1),
      ...(event ? quotes.event(event) : []),
    ],
    since: condition?.lastTransitionTime ?? event?.firstAt ?? created[0] ?? null,
  };
}

function schedulingEvent(owner: ObjectRef, { cluster }: Situation): ClusterEvent | undefined {
  return cluster.events.find(
    (event) => event.reason === 'FailedScheduling' && isSame(subjectOf(event, cluster), owner),
  );
}
