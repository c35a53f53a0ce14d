import type { Analyser, Finding } from '../../finding.ts';
import { isSame, keyOf, nameOf, type ObjectRef, refOf } from '../../object-ref.ts';
import { ownerOf, subjectOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** Of the scheduler, and of a kubelet that admits a critical pod. */
const REASONS = new Set(['Preempted', 'Preempting']);

/** Pods that made way for one of higher priority, and have no other place. */
export const preempted: Analyser = {
  looksFor: 'pods that were pushed out by others of higher priority',
  analyse: (situation) => [...byEvents(situation), ...byStatus(situation)],
};

export function wasPreempted(owner: ObjectRef, { cluster }: Situation): boolean {
  return cluster.events.some(
    (event) => REASONS.has(event.reason) && isSame(subjectOf(event, cluster), owner),
  );
}

function byEvents({ cluster, quotes }: Situation): Finding[] {
  const events = cluster.events.filter(({ reason }) => REASONS.has(reason));
  return [...Map.groupBy(events, (it) => keyOf(subjectOf(it, cluster))).values()].flatMap(
    (group): Finding[] => {
      const [event] = group;
      if (event === undefined) return [];
      const owner = subjectOf(event, cluster);
      return [
        findingOf(owner, {
          citations: group.slice(0, 2).flatMap((it) => quotes.event(it)),
          since: group.flatMap(({ firstAt }) => firstAt ?? []).sort()[0] ?? null,
          suffers: lacks(owner, cluster),
        }),
      ];
    },
  );
}

function byStatus({ cluster, quotes }: Situation): Finding[] {
  return cluster.pods.flatMap((pod) => {
    const target = pod.status.conditions.find(
      ({ type, status, reason }) =>
        type === 'DisruptionTarget' && status === 'True' && reason === 'PreemptionByScheduler',
    );
    if (target === undefined && pod.status.reason !== 'Preempting') return [];
    const owner = ownerOf(pod, cluster);
    return [
      findingOf(owner, {
        citations: quotes.object(refOf('Pod', pod.metadata)),
        since: target?.lastTransitionTime ?? null,
        suffers: lacks(owner, cluster),
      }),
    ];
  });
}

function lacks(owner: ObjectRef, { workloads }: Situation['cluster']): boolean {
  const workload = workloads.find(({ ref }) => isSame(ref, owner));
  return workload === undefined || workload.ready < workload.wanted;
}

function findingOf(
  owner: ObjectRef,
  { citations, since, suffers }: Pick<Finding, 'citations' | 'since'> & { suffers: boolean },
): Finding {
  return {
    failureMode: 'preempted',
    object: owner,
    severity: suffers ? 'critical' : 'info',
    statement: `Pods of ${nameOf(owner)} were pushed out for others of higher priority.`,
    why: suffers
      ? 'The scheduler says that it preempted them, and the workload lacks pods since.'
      : 'The scheduler says that it preempted them; the workload has its pods again.',
    citations,
    score: suffers ? 0.93 : 0.4,
    explains: [],
    since,
  };
}
