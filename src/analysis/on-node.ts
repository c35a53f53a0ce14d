import type { Cluster } from './cluster.ts';
import { keyOf, type ObjectRef } from './object-ref.ts';
import { ownerOf } from './owners.ts';

/** Workloads with a pod on a node, those that are leaving included. */
export function workloadsOn(node: string, cluster: Cluster): ObjectRef[] {
  const owners = cluster.pods
    .filter(({ spec }) => spec.nodeName === node)
    .map((pod) => ownerOf(pod, cluster));
  return [...new Map(owners.map((ref) => [keyOf(ref), ref])).values()];
}

export function nodeRef(name: string): ObjectRef {
  return { kind: 'Node', namespace: null, name };
}
