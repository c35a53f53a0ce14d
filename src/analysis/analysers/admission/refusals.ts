import type { Citation } from '../../../report/report.ts';
import type { Condition } from '../../../tools/kubernetes/objects/metadata.ts';
import type { Cluster } from '../../cluster.ts';
import { keyOf, type ObjectRef, refOf } from '../../object-ref.ts';
import { podsOf, subjectOf, workloadOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** What the API server would not let a controller make, as the controller tells it. */
export interface Refusal {
  /** The workload that lacks what was refused. */
  owner: ObjectRef;
  message: string;
  citations: Citation[];
  since: string | null;
  /** Whether it still lacks pods: a refusal that was got over is history. */
  stands: boolean;
}

/** `FailedCreate` of the controllers of pods, `ReplicaSetCreateError` of the Deployment controller. */
const REFUSED = /^(?:Failed(?:Create|Update)|ReplicaSetCreateError|FailedCreatePod)$/;

export function refusalsOf(situation: Situation): Refusal[] {
  return [...ofConditions(situation), ...ofEvents(situation)];
}

function ofEvents({ cluster, quotes }: Situation): Refusal[] {
  return cluster.events
    .filter(({ type, reason }) => type === 'Warning' && REFUSED.test(reason))
    .map((event) => {
      const owner = subjectOf(event, cluster);
      return {
        owner,
        message: event.message,
        citations: quotes.event(event),
        since: event.firstAt,
        stands: lacksPods(owner, cluster),
      };
    });
}

/** A Deployment repeats what its ReplicaSet says. */
function ofConditions({ cluster, quotes }: Situation): Refusal[] {
  const told = [
    ...cluster.workloads.map(({ ref, conditions }) => ({ owner: ref, ref, conditions })),
    ...cluster.replicaSets.map(({ metadata, status }) => {
      const ref = refOf('ReplicaSet', metadata);
      const owner = metadata.ownerReferences[0];
      const { namespace } = ref;
      return {
        owner: owner ? { kind: owner.kind, namespace, name: owner.name } : ref,
        ref,
        conditions: status.conditions,
      };
    }),
  ];
  return told.flatMap(({ owner, ref, conditions }) =>
    conditions.filter(isRefusal).map(({ message, lastTransitionTime }) => ({
      owner,
      message: message ?? '',
      citations: quotes
        .object(ref, /ReplicaFailure|ReplicaSetCreateError|FailedCreate/)
        .slice(0, 1),
      since: lastTransitionTime ?? null,
      stands: true,
    })),
  );
}

function isRefusal({ type, status, reason }: Condition): boolean {
  return (
    (type === 'ReplicaFailure' && status === 'True') ||
    (type === 'Progressing' && status === 'False' && reason === 'ReplicaSetCreateError')
  );
}

/** Whether a workload has fewer pods than it asked for; unknown ones may well. */
export function lacksPods(ref: ObjectRef, cluster: Cluster): boolean {
  const workload = workloadOf(ref, cluster);
  if (workload === null || ref.kind === 'CronJob') return true;
  if (ref.kind === 'Deployment') {
    const sets = cluster.replicaSets.filter(
      ({ metadata }) =>
        metadata.namespace === ref.namespace &&
        metadata.ownerReferences.some((it) => it.kind === ref.kind && it.name === ref.name),
    );
    if (sets.some(({ spec, status }) => spec.replicas > status.replicas)) return true;
  }
  return podsOf(ref, cluster).length < workload.wanted;
}

/** The first that says so of each owner, those that stand before those that do not. */
export function oncePerOwner(refusals: readonly Refusal[]): Refusal[] {
  const byOwner = Map.groupBy(refusals, ({ owner }) => keyOf(owner));
  return [...byOwner.values()].flatMap((group) => {
    const [first] = group.toSorted((a, b) => Number(b.stands) - Number(a.stands));
    if (first === undefined) return [];
    const since = group.flatMap((it) => it.since ?? []).sort()[0] ?? null;
    const citations = group.flatMap((it) => it.citations);
    return [{ ...first, since, citations: citations.slice(0, 3) }];
  });
}
