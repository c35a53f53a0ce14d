import { serviceAt } from './addresses.ts';
import type { Cluster } from './cluster.ts';
import { type GivenAddress, givenAddresses } from './given-addresses.ts';
import type { ObjectRef } from './object-ref.ts';

/** Addresses that workloads were given of a Service. */
export function addressesGivenOf({ namespace, name }: ObjectRef, cluster: Cluster): GivenAddress[] {
  return givenAddresses(cluster).filter(({ host, workload }) => {
    const found = serviceAt(host, workload.ref.namespace ?? '', cluster.services);
    return found?.metadata.name === name && found.metadata.namespace === namespace;
  });
}
