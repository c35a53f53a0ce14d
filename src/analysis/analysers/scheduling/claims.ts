import type { Pod } from '../../../tools/kubernetes/objects/pod.ts';
import type { NodeSelectorTerm } from '../../../tools/kubernetes/objects/selector.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
} from '../../../tools/kubernetes/objects/storage.ts';
import type { Cluster } from '../../cluster.ts';
import { keyOf, type ObjectRef } from '../../object-ref.ts';
import { ownerOf } from '../../owners.ts';

export function claimNamesOf({ spec }: Pod): string[] {
  return spec.volumes.flatMap(
    ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
  );
}

/** The claims of a pod that exist. */
export function claimsOf(pod: Pod, { claims }: Cluster): PersistentVolumeClaim[] {
  const names = new Set(claimNamesOf(pod));
  return claims.filter(
    ({ metadata }) => names.has(metadata.name) && metadata.namespace === pod.metadata.namespace,
  );
}

function volumeOf(
  { spec }: PersistentVolumeClaim,
  { volumes }: Cluster,
): PersistentVolume | undefined {
  return volumes.find(({ metadata }) => metadata.name === spec.volumeName);
}

/** Of each volume that not every node can use, the terms of those that can. */
export function reachOf(pod: Pod, cluster: Cluster): NodeSelectorTerm[][] {
  return claimsOf(pod, cluster).flatMap((claim) => {
    const terms = volumeOf(claim, cluster)?.spec.nodeAffinity?.required?.nodeSelectorTerms;
    return terms === undefined ? [] : [terms];
  });
}

/** Workloads whose pods, or whose template, name a claim. */
export function usersOf({ metadata }: PersistentVolumeClaim, cluster: Cluster): ObjectRef[] {
  const { namespace, name } = metadata;
  const byPods = cluster.pods
    .filter((pod) => pod.metadata.namespace === namespace && claimNamesOf(pod).includes(name))
    .map((pod) => ownerOf(pod, cluster));
  const byTemplates = cluster.workloads
    .filter(
      ({ ref, template }) =>
        ref.namespace === namespace &&
        template.spec.volumes.some((it) => it.persistentVolumeClaim?.claimName === name),
    )
    .map(({ ref }) => ref);
  return [...new Map([...byPods, ...byTemplates].map((ref) => [keyOf(ref), ref])).values()];
}

export function claimRef({ metadata: { namespace, name } }: PersistentVolumeClaim): ObjectRef {
  return { kind: 'PersistentVolumeClaim', namespace, name };
}
