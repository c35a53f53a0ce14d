import type { Cluster, Workload } from '../../cluster.ts';
import { keyOf, type ObjectRef } from '../../object-ref.ts';
import { behind } from '../../owners.ts';

export interface AbsentService {
  ref: ObjectRef;
  user: ObjectRef;
  /** Whether somebody names it, not only custom wants it. */
  named: boolean;
}

/** So large a share of workloads with a Service of their own name makes it a custom that each has one. */
const CUSTOM = 0.6;

/**
 * Workloads that no Service stands before though others call them by name, or though nearly all others have one: each as
 * the Service that is missing, and who needs it.
 */
export function absentServices(cluster: Cluster): AbsentService[] {
  if (cluster.unread.has('services')) return [];
  const served = new Set(
    cluster.services.flatMap((service) => behind(service, cluster).map(({ ref }) => keyOf(ref))),
  );
  return cluster.workloads.flatMap((workload) => {
    const { namespace, name } = workload.ref;
    const siblings = cluster.workloads.filter(
      ({ ref }) => ref.namespace === namespace && ref.name !== name,
    );
    if (served.has(keyOf(workload.ref)) || hasService(workload, cluster)) return [];
    const caller = siblings.find((it) => calls(it, name));
    const listening = siblings.filter(listens);
    const custom =
      listens(workload) &&
      listening.length > 2 &&
      listening.filter((it) => hasService(it, cluster)).length >= CUSTOM * listening.length;
    const user = caller ?? (custom ? workload : undefined);
    return user === undefined
      ? []
      : [
          {
            ref: { kind: 'Service', namespace, name },
            user: user.ref,
            named: caller !== undefined,
          },
        ];
  });
}

function hasService({ ref }: Workload, { services }: Cluster): boolean {
  return services.some(
    ({ metadata }) => metadata.name === ref.name && metadata.namespace === ref.namespace,
  );
}

function listens({ ref, template }: Workload): boolean {
  return (
    /^(?:Deployment|StatefulSet)$/.test(ref.kind) &&
    template.spec.containers.some(({ ports }) => ports.length > 0)
  );
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
