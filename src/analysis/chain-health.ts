import type { Pod } from '../tools/kubernetes/objects/pod.ts';
import type { Cluster, Workload } from './cluster.ts';
import { keyOf, type ObjectRef } from './object-ref.ts';
import { podsOf } from './owners.ts';
import type { Situation } from './situation.ts';

/** Whether a workload has the pods that it should have, and each of them is ready. */
export function isHealthy({ ref, wanted, ready }: Workload, cluster: Cluster): boolean {
  if (ref.kind === 'CronJob' || ref.kind === 'Job') return true;
  return ready >= wanted && podsOf(ref, cluster).every(isReady);
}

/** Of a healthy pod a snapshot keeps no condition that is true. */
function isReady({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp != null || status.phase === 'Succeeded') return true;
  return (
    status.phase === 'Running' &&
    !status.conditions.some((it) => it.type === 'Ready' && it.status !== 'True')
  );
}

function isNodeHealthy({ name }: ObjectRef, { nodes }: Cluster): boolean {
  const conditions = nodes.find(({ metadata }) => metadata.name === name)?.status.conditions ?? [];
  return conditions.every(({ type, status }) =>
    type === 'Ready' ? status === 'True' : status !== 'True' || !type.endsWith('Pressure'),
  );
}

/**
 * What the symptom names and all that it needs; every workload of its namespaces where it names none. The objects of
 * it that are not well by their state alone.
 */
export function unhealthyOnChain({ targets, dependencies, cluster }: Situation): ObjectRef[] {
  const named = targets.length > 0 ? targets : cluster.workloads.map(({ ref }) => ref);
  const chain = new Map(named.map((ref) => [keyOf(ref), ref]));
  for (const target of named) {
    for (const { ref } of dependencies.reach(target).values()) chain.set(keyOf(ref), ref);
  }
  return [...chain.values()].filter((ref) => !isWell(ref, cluster));
}

function isWell(ref: ObjectRef, cluster: Cluster): boolean {
  if (ref.kind === 'Node') return isNodeHealthy(ref, cluster);
  if (ref.kind === 'Service') return hasEndpoints(ref, cluster);
  if (ref.kind === 'PersistentVolumeClaim') {
    const claim = cluster.claims.find(
      ({ metadata }) => metadata.name === ref.name && metadata.namespace === ref.namespace,
    );
    return claim === undefined || claim.status.phase !== 'Lost';
  }
  const workload = cluster.workloads.find((it) => keyOf(it.ref) === keyOf(ref));
  return workload === undefined || isHealthy(workload, cluster);
}

function hasEndpoints({ namespace, name }: ObjectRef, cluster: Cluster): boolean {
  const service = cluster.services.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
  if (service === undefined || Object.keys(service.spec.selector).length === 0) return true;
  const slices = cluster.endpointSlices.filter(
    ({ metadata }) =>
      metadata.namespace === namespace && metadata.labels['kubernetes.io/service-name'] === name,
  );
  return (
    slices.length === 0 ||
    slices.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions.ready !== false))
  );
}
