import type { Ingress, IngressBackend, Service } from '../objects/network.ts';
import { livePods, type Workload } from './workloads.ts';

/** The part of a namespace that belongs to what was asked about. */
export interface Scope {
  ingresses: Ingress[];
  services: Service[];
  workloads: Workload[];
}

/** All there is of the three kinds; null where they could not be read. */
interface Namespaced {
  ingresses: readonly Ingress[] | null;
  services: readonly Service[] | null;
  workloads: readonly Workload[];
}

/** What belongs to an object that exists; of a workload without any pod that is itself alone. */
export function selectScope(
  { kind, name }: { kind: string; name: string },
  all: Namespaced,
): Scope {
  const isStart = ({ metadata }: Service | Ingress) => metadata.name === name;
  const ingress = kind === 'Ingress' && all.ingresses?.find(isStart);
  if (ingress) return scopeOfIngress(ingress, all);
  const service = kind === 'Service' && all.services?.find(isStart);
  if (service) return scopeOfService(service, all);
  const own = all.workloads.find((workload) =>
    kind === 'Pod'
      ? workload.pods.some(({ summary }) => summary.name === name)
      : workload.kind === kind && workload.name === name,
  );
  return scopeOfWorkload(
    own ?? { kind, name, wanted: null, labels: {}, spec: null, pods: [] },
    all,
  );
}

/**
 * From a workload: the Services that select it, or that select nothing and come closest to it, and the
 * Ingresses that send to those.
 */
function scopeOfWorkload(workload: Workload, all: Namespaced): Scope {
  const services = (all.services ?? []).filter(
    (service) =>
      reaches(service, workload) ||
      (isAimless(service, all.workloads) && closestTo(service, all.workloads) === workload),
  );
  return { workloads: [workload], services, ingresses: leadingTo(services, all) };
}

function scopeOfService(service: Service, all: Namespaced): Scope {
  return {
    workloads: all.workloads.filter((workload) => reaches(service, workload)),
    services: [service],
    ingresses: leadingTo([service], all),
  };
}

function scopeOfIngress(ingress: Ingress, all: Namespaced): Scope {
  const names = new Set(routesOf(ingress).map(({ backend }) => backend.service?.name));
  const services = (all.services ?? []).filter(({ metadata }) => names.has(metadata.name));
  return {
    workloads: all.workloads.filter((it) => services.some((service) => reaches(service, it))),
    services,
    ingresses: [ingress],
  };
}

export interface Route {
  /** `shop.example/checkout`; `*` for any host. */
  from: string;
  backend: IngressBackend;
}

export function routesOf({ spec: { rules, defaultBackend } }: Ingress): Route[] {
  const routes = rules.flatMap(({ host, http }) =>
    (http?.paths ?? []).map(({ path, backend }) => ({ from: `${host || '*'}${path}`, backend })),
  );
  return defaultBackend
    ? [...routes, { from: 'everything else', backend: defaultBackend }]
    : routes;
}

/** Whether it selects pods that the workload makes, or one that it has. A Service without selector reaches none. */
export function reaches(service: Service, workload: Workload): boolean {
  return matches(service, workload.labels) || selectedPods(service, workload).length > 0;
}

export function selectedPods(service: Service, workload: Workload) {
  return livePods(workload).filter(({ pod }) => matches(service, pod.metadata.labels));
}

function matches({ spec: { selector } }: Service, labels: Readonly<Record<string, string>>) {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function isAimless(service: Service, workloads: readonly Workload[]): boolean {
  return (
    Object.keys(service.spec.selector).length > 0 && !workloads.some((it) => reaches(service, it))
  );
}

/** The one that has most of the labels it selects, or else its name. */
export function closestTo(service: Service, workloads: readonly Workload[]): Workload | null {
  const { metadata, spec } = service;
  const scored = workloads
    .map((workload) => ({
      workload,
      labels: Object.entries(spec.selector).filter(([key, value]) => workload.labels[key] === value)
        .length,
      named: workload.name === metadata.name,
    }))
    .filter(({ labels, named }) => labels > 0 || named)
    .toSorted((a, b) => b.labels - a.labels || Number(b.named) - Number(a.named));
  return scored[0]?.workload ?? null;
}

function leadingTo(services: readonly Service[], all: Namespaced): Ingress[] {
  const names = new Set(services.map(({ metadata }) => metadata.name));
  return (all.ingresses ?? []).filter((ingress) =>
    routesOf(ingress).some(({ backend }) => names.has(backend.service?.name ?? '')),
  );
}
