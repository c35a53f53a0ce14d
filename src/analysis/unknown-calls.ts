import type { Cluster } from './cluster.ts';
import { isSame, type ObjectRef } from './object-ref.ts';
import { behind, workloadOf } from './owners.ts';
import type { Situation } from './situation.ts';
import { storeKindOf } from './stores.ts';

/**
 * Whether requests from outside come in here and nothing tells whom it passes them on to, as where the names of its
 * callees are in its code. That nothing leads from it to an object says nothing then.
 */
export function hasUnknownCalls(
  ref: ObjectRef,
  { cluster, dependencies }: Pick<Situation, 'cluster' | 'dependencies'>,
): boolean {
  if (!isEntry(ref, cluster)) return false;
  const called = [...dependencies.reach(ref).values()].flatMap(
    ({ ref: needed }) => workloadOf(needed, cluster) ?? [],
  );
  return !called.some((it) => it.ref.kind !== 'Job' && storeKindOf(it) === null);
}

function isEntry(ref: ObjectRef, cluster: Cluster): boolean {
  const outside = new Set(
    cluster.ingresses.flatMap(({ metadata, spec }) =>
      [
        ...spec.rules.flatMap(({ http }) => http?.paths ?? []).map(({ backend }) => backend),
        ...(spec.defaultBackend ? [spec.defaultBackend] : []),
      ].flatMap(({ service }) => (service ? [`${metadata.namespace}/${service.name}`] : [])),
    ),
  );
  return cluster.services.some(
    (service) =>
      (outside.has(`${service.metadata.namespace}/${service.metadata.name}`) ||
        service.spec.type === 'NodePort' ||
        service.spec.type === 'LoadBalancer') &&
      behind(service, cluster).some((it) => isSame(it.ref, ref)),
  );
}
