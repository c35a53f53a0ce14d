import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import { Metadata } from '../objects/metadata.ts';
import { EndpointSlice, Ingress, NetworkPolicy, Service } from '../objects/network.ts';
import { Pod } from '../objects/pod.ts';
import { PersistentVolumeClaim } from '../objects/storage.ts';
import {
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  PodDisruptionBudget,
  StatefulSet,
} from '../objects/workload.ts';
import type { PartialReads } from '../partial-reads.ts';
import type { Resource } from '../resources.ts';
import { type Workload, workloadsOf } from './workloads.ts';

/** All of a namespace that can belong to a tree. Null stands for what could not be read. */
export interface Neighbourhood {
  workloads: Workload[];
  ingresses: Ingress[] | null;
  services: Service[] | null;
  slices: EndpointSlice[] | null;
  autoscalers: HorizontalPodAutoscaler[] | null;
  budgets: PodDisruptionBudget[] | null;
  policies: NetworkPolicy[] | null;
  claims: PersistentVolumeClaim[] | null;
  serviceAccounts: { metadata: Metadata }[] | null;
}

const Named = z.object({ metadata: Metadata });

/** One list of each kind, all at once: what leads to what is told by labels, which only a list can be asked for. */
export async function readNeighbourhood(
  reads: PartialReads,
  namespace: string,
  window: TimeWindow,
): Promise<Neighbourhood> {
  const list = <T>(resource: Resource, schema: z.ZodType<T>) =>
    reads.list(resource, { namespace }, schema);
  const [[pods, deployments, statefulSets, daemonSets, jobs], [ingresses, services, slices], rest] =
    await Promise.all([
      Promise.all([
        list('pods', Pod),
        list('deployments', Deployment),
        list('statefulsets', StatefulSet),
        list('daemonsets', DaemonSet),
        list('jobs', Named),
      ]),
      Promise.all([
        list('ingresses', Ingress),
        list('services', Service),
        list('endpointslices', EndpointSlice),
      ]),
      Promise.all([
        list('horizontalpodautoscalers', HorizontalPodAutoscaler),
        list('poddisruptionbudgets', PodDisruptionBudget),
        list('networkpolicies', NetworkPolicy),
        list('persistentvolumeclaims', PersistentVolumeClaim),
        list('serviceaccounts', Named),
      ]),
    ]);
  const [autoscalers, budgets, policies, claims, serviceAccounts] = rest;
  const makers = {
    deployments: deployments ?? [],
    statefulSets: statefulSets ?? [],
    daemonSets: daemonSets ?? [],
    jobs: jobs ?? [],
  };
  return {
    workloads: workloadsOf(makers, pods ?? [], window),
    ingresses,
    services,
    slices,
    autoscalers,
    budgets,
    policies,
    claims,
    serviceAccounts,
  };
}
