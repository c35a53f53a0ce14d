import type { Cluster, Workload } from '../../cluster.ts';
import { behind } from '../../cluster.ts';
import { keyOf, type ObjectRef } from '../../object-ref.ts';

/**
 * Workloads that no Service stands before though others call them by name: each as the Service that is missing, and who
 * calls it.
 */
export function absentServices(cluster: Cluster): { ref: ObjectRef; user: ObjectRef }[] {
  if (cluster.unread.has('services')) return [];
  const served = new Set(
    cluster.services.flatMap((service) => behind(service, cluster).map(({ ref }) => keyOf(ref))),
  );
  return cluster.workloads.flatMap(({ ref }) => {
    const { namespace, name } = ref;
    const exists = cluster.services.some(
      ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
    );
    if (served.has(keyOf(ref)) || exists) return [];
    const user = cluster.workloads.find(
      (it) => it.ref.name !== name && it.ref.namespace === namespace && calls(it, name),
    );
    return user === undefined
      ? []
      : [{ ref: { kind: 'Service', namespace, name }, user: user.ref }];
  });
}

/** `orders:8080`, `http://orders/…`: an address, not a word that happens to be the name. */
function calls({ template }: Workload, name: string): boolean {
  return template.spec.containers.some(({ env, command, args }) =>
    [...env.flatMap(({ value }) => value ?? []), ...command, ...args].some((text) =>
      text
        .split(/[\s,"'@=]|\/\//)
        .some((part) => part.startsWith(`${name}:`) || part.startsWith(`${name}.`)),
    ),
  );
}
