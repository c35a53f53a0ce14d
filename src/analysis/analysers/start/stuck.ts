import type { Citation } from '../../../report/report.ts';
import type { Container, ContainerStatus, Pod } from '../../../tools/kubernetes/objects/pod.ts';
import type { ClusterEvent } from '../../cluster.ts';
import { isSame, keyOf, type ObjectRef, refOf } from '../../object-ref.ts';
import { ownerOf, subjectOf, unreadySince } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** A container that does not get to run, or not to stay. */
export interface Stuck {
  owner: ObjectRef;
  pod: Pod;
  container: Container;
  status: ContainerStatus;
  init: boolean;
  /** Why it waits or has ended: `ImagePullBackOff`, `CrashLoopBackOff`, `StartError`. */
  reason: string;
  /** What its waiting and its last end say, each on its own. */
  messages: readonly string[];
  exitCode: number | null;
  since: string | null;
}

/** Waiting for what comes before it, which is told elsewhere. */
const NOT_ITS_OWN = new Set(['', 'ContainerCreating', 'PodInitializing']);

/** One of each workload and container: replicas fail of the same thing. */
export function stuckContainers({ cluster }: Situation): Stuck[] {
  const all = cluster.pods
    .filter(({ metadata, status }) => !metadata.deletionTimestamp && status.phase !== 'Succeeded')
    .flatMap((pod) => stuckOf(pod, ownerOf(pod, cluster)));
  return [
    ...new Map(
      all.map((it) => [`${keyOf(it.owner)} ${it.container.name} ${it.container.image}`, it]),
    ).values(),
  ];
}

function stuckOf(pod: Pod, owner: ObjectRef): Stuck[] {
  const { initContainerStatuses, containerStatuses } = pod.status;
  return [
    ...initContainerStatuses.map((status) => ({ status, init: true })),
    ...containerStatuses.map((status) => ({ status, init: false })),
  ].flatMap(({ status, init }): Stuck[] => {
    const specs = init ? pod.spec.initContainers : pod.spec.containers;
    const container = specs.find(({ name }) => name === status.name);
    const { waiting, terminated } = status.state;
    const ended = terminated ?? status.lastState.terminated;
    const waits = waiting !== undefined && !NOT_ITS_OWN.has(waiting.reason);
    const failed = terminated !== undefined && terminated.exitCode !== 0;
    if (container === undefined || (!waits && !failed)) return [];
    return [
      {
        owner,
        pod,
        container,
        status,
        init,
        reason: waiting?.reason ?? ended?.reason ?? '',
        messages: [waiting?.message, ended?.message].flatMap((it) => it || []),
        exitCode: ended?.exitCode ?? null,
        since: unreadySince(pod) ?? pod.metadata.creationTimestamp ?? null,
      },
    ];
  });
}

/** Pods that were given a node and have not come to run any container of their own. */
export function creatingPods({ cluster }: Situation): { pod: Pod; owner: ObjectRef }[] {
  return cluster.pods
    .filter(
      ({ metadata, spec, status }) =>
        status.phase === 'Pending' && spec.nodeName !== '' && !metadata.deletionTimestamp,
    )
    .map((pod) => ({ pod, owner: ownerOf(pod, cluster) }));
}

/** Warnings about a workload's pods, of some reasons. */
export function warningsOf(
  owner: ObjectRef,
  reasons: ReadonlySet<string>,
  { cluster }: Situation,
): ClusterEvent[] {
  return cluster.events.filter(
    (event) =>
      event.type === 'Warning' &&
      event.kind === 'Pod' &&
      reasons.has(event.reason) &&
      isSame(subjectOf(event, cluster), owner),
  );
}

/** The lines of a pod's own that tell of one of its containers. */
export function ownLines({ pod, container }: Stuck, { quotes }: Situation): Citation[] {
  const name = container.name.replace(/[.]/g, '\\.');
  return quotes.object(
    refOf('Pod', pod.metadata),
    new RegExp(`^\\s+(?:init )?${name}: (?:waiting|terminated|last ended)`),
  );
}
