import { z } from 'zod';
import { selects } from '../label-selector.ts';
import { Endpoints, endpointMismatches, endpointsOf } from './endpoints.ts';
import { autoscalerMismatches, ingressMismatches, serviceMismatches } from './mismatches.ts';
import { Needs } from './needs.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import { routesOf, type Scope, selectedPods } from './scope.ts';
import type { Workload } from './workloads.ts';

const TreePod = z.object({
  name: z.string(),
  /** What kubectl prints under STATUS and READY. */
  status: z.string(),
  ready: z.string(),
  restarts: z.number(),
  healthy: z.boolean(),
  /** Empty while it is not scheduled. */
  node: z.string(),
});

export const ResourceTree = z.object({
  namespace: z.string(),
  /** `Deployment/checkout`. */
  start: z.string(),
  /** What does not fit together, one sentence each. */
  problems: z.array(z.string()),
  ingresses: z.array(
    z.object({
      name: z.string(),
      routes: z.array(z.object({ from: z.string(), service: z.string(), port: z.string() })),
    }),
  ),
  services: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      selector: z.record(z.string(), z.string()),
      ports: z.array(z.object({ port: z.number(), targetPort: z.string() })),
      /** The pods that it selects, of these workloads. */
      pods: z.array(z.string()),
      endpoints: Endpoints.nullable(),
    }),
  ),
  workloads: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      wanted: z.number().nullable(),
      pods: z.array(TreePod),
    }),
  ),
  needs: Needs,
  autoscalers: z.array(
    z.object({
      name: z.string(),
      min: z.number(),
      max: z.number(),
      current: z.number(),
      desired: z.number(),
    }),
  ),
  budgets: z.array(z.object({ name: z.string(), disruptionsAllowed: z.number() })),
  /** Those that select pods of these workloads, and what they cut off where no rule allows it. */
  policies: z.array(z.object({ name: z.string(), types: z.array(z.string()) })),
  gaps: z.array(z.string()),
});
export type ResourceTree = z.infer<typeof ResourceTree>;

/** The scope as facts, with what does not fit. */
export function surroundings(
  { ingresses, services, workloads }: Scope,
  all: Neighbourhood,
  { needs, problems }: { needs: Needs; problems: readonly string[] },
): Omit<ResourceTree, 'namespace' | 'start' | 'gaps'> {
  const withEndpoints = services.map((service) => ({
    service,
    endpoints: all.slices && endpointsOf(service, all.slices),
  }));
  const autoscalers = (all.autoscalers ?? []).filter(({ spec: { scaleTargetRef: target } }) =>
    workloads.some(({ kind, name }) => target.kind === kind && target.name === name),
  );
  return {
    problems: [
      ...ingresses.flatMap((ingress) => ingressMismatches(ingress, all.services)),
      ...withEndpoints.flatMap(({ service, endpoints }) => [
        ...serviceMismatches(service, all.workloads),
        ...(endpoints ? endpointMismatches(service, endpoints) : []),
      ]),
      ...problems,
      ...autoscalers.flatMap(autoscalerMismatches),
    ],
    ingresses: ingresses.map((ingress) => ({
      name: ingress.metadata.name,
      routes: routesOf(ingress).map(({ from, backend: { service, resource } }) => ({
        from,
        service: service?.name ?? `${resource?.kind}/${resource?.name}`,
        port: String(service?.port.number ?? service?.port.name ?? ''),
      })),
    })),
    services: withEndpoints.map(({ service: { metadata, spec }, service, endpoints }) => ({
      name: metadata.name,
      type: spec.type,
      selector: spec.selector,
      ports: spec.ports.map(({ port, targetPort }) => ({
        port,
        targetPort: String(targetPort ?? port),
      })),
      pods: workloads.flatMap((it) => selectedPods(service, it).map(({ summary }) => summary.name)),
      endpoints,
    })),
    workloads: workloads.map(({ kind, name, wanted, pods }) => ({
      kind,
      name,
      wanted,
      pods: pods.map(({ summary }) => TreePod.parse(summary)),
    })),
    needs,
    autoscalers: autoscalers.map(({ metadata, spec, status }) => ({
      name: metadata.name,
      min: spec.minReplicas,
      max: spec.maxReplicas,
      current: status.currentReplicas,
      desired: status.desiredReplicas,
    })),
    ...guards(workloads, all),
  };
}

function guards(workloads: readonly Workload[], { budgets, policies }: Neighbourhood) {
  const guarded = (selector: Parameters<typeof selects>[0]) =>
    workloads.some(({ labels }) => selects(selector, labels));
  return {
    budgets: (budgets ?? [])
      .filter(({ spec: { selector } }) => selector && guarded(selector))
      .map(({ metadata, status: { disruptionsAllowed } }) => ({
        name: metadata.name,
        disruptionsAllowed,
      })),
    policies: (policies ?? [])
      .filter(({ spec }) => guarded(spec.podSelector))
      .map(({ metadata, spec }) => ({ name: metadata.name, types: spec.policyTypes })),
  };
}
