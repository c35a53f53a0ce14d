import type { EventGroup } from '../tools/kubernetes/events/fold-events.ts';
import { selects } from '../tools/kubernetes/label-selector.ts';
import type { Metadata } from '../tools/kubernetes/objects/metadata.ts';
import type { Service } from '../tools/kubernetes/objects/network.ts';
import type { Pod } from '../tools/kubernetes/objects/pod.ts';
import type { Cluster, Workload } from './cluster.ts';
import { keyOf, type ObjectRef, refOf } from './object-ref.ts';

/** The workload that a person changes: the Deployment of a ReplicaSet, the CronJob of a Job; a bare pod is its own. */
export function ownerOf(pod: Pod, { replicaSets, jobs }: Cluster): ObjectRef {
  const reference = controllerOf(pod.metadata);
  if (reference === null) return refOf('Pod', pod.metadata);
  const { namespace } = pod.metadata;
  const between =
    reference.kind === 'ReplicaSet'
      ? replicaSets.find(
          ({ metadata }) => metadata.namespace === namespace && metadata.name === reference.name,
        )
      : jobs.find(
          ({ metadata }) =>
            reference.kind === 'Job' &&
            metadata.namespace === namespace &&
            metadata.name === reference.name,
        );
  const above = between === undefined ? null : controllerOf(between.metadata);
  if (above !== null) return { kind: above.kind, namespace, name: above.name };
  // A ReplicaSet that is not kept: its name is the Deployment's with the hash that its pods carry as a label.
  const hash = pod.metadata.labels['pod-template-hash'];
  if (
    reference.kind === 'ReplicaSet' &&
    hash !== undefined &&
    reference.name.endsWith(`-${hash}`)
  ) {
    return { kind: 'Deployment', namespace, name: reference.name.slice(0, -hash.length - 1) };
  }
  return { kind: reference.kind, namespace, name: reference.name };
}

export function controllerOf({ ownerReferences }: Metadata): { kind: string; name: string } | null {
  return ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0] ?? null;
}

export function podsOf(ref: ObjectRef, cluster: Cluster): Pod[] {
  const key = keyOf(ref);
  return cluster.pods.filter((pod) => keyOf(ownerOf(pod, cluster)) === key);
}

export function workloadOf(ref: ObjectRef, { workloads }: Cluster): Workload | null {
  const key = keyOf(ref);
  return workloads.find((it) => keyOf(it.ref) === key) ?? null;
}

/** The workloads whose pods a Service selects; none for one without a selector. */
export function behind(service: Service, { workloads }: Cluster): Workload[] {
  const { selector } = service.spec;
  if (Object.keys(selector).length === 0) return [];
  return workloads.filter(
    ({ ref, template }) =>
      ref.namespace === service.metadata.namespace &&
      ref.kind !== 'CronJob' &&
      selects({ matchLabels: selector, matchExpressions: [] }, template.metadata.labels),
  );
}

/** What an event is about, as the workload that owns it where that is known: events name pods and ReplicaSets. */
export function subjectOf({ kind, namespace, name }: EventGroup, cluster: Cluster): ObjectRef {
  const owner =
    kind === 'Pod'
      ? workloadOfPod(namespace, name, cluster)
      : kind === 'ReplicaSet'
        ? workloadOfReplicaSet(namespace, name, cluster)
        : null;
  return owner ?? { kind, namespace: kind === 'Node' || namespace === '' ? null : namespace, name };
}

/** A pod that is gone is still known by its name: its owner's, and what was made up. */
export function workloadOfPod(namespace: string, name: string, cluster: Cluster): ObjectRef | null {
  if (name === '') return null;
  const pod = cluster.pods.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
  return pod === undefined ? longestNamed(namespace, name, cluster) : ownerOf(pod, cluster);
}

function workloadOfReplicaSet(namespace: string, name: string, cluster: Cluster): ObjectRef | null {
  const found = cluster.replicaSets.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
  const owner = found ? controllerOf(found.metadata) : null;
  if (owner !== null) return { kind: owner.kind, namespace, name: owner.name };
  // One that is not kept, or that the Deployment could not make.
  return found ? null : longestNamed(namespace, name, cluster, 'Deployment');
}

function longestNamed(
  namespace: string,
  name: string,
  { workloads }: Cluster,
  kind?: string,
): ObjectRef | null {
  const owners = workloads.filter(
    ({ ref }) =>
      ref.namespace === namespace &&
      name.startsWith(`${ref.name}-`) &&
      (kind === undefined || ref.kind === kind),
  );
  return owners.sort((a, b) => b.ref.name.length - a.ref.name.length)[0]?.ref ?? null;
}

/** Since when a pod is not ready; null for one that is, or never said. */
export function unreadySince({ status }: Pod): string | null {
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'False' ? (ready.lastTransitionTime ?? null) : null;
}
