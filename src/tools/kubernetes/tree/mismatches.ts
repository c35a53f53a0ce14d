import type { Ingress, Service, ServicePort } from '../objects/network.ts';
import type { PodSpec } from '../objects/pod.ts';
import type { HorizontalPodAutoscaler } from '../objects/workload.ts';
import { joined, oneLine, pairs } from '../wording.ts';
import { closestTo, reaches, routesOf, selectedPods } from './scope.ts';
import { type Workload, workloadName } from './workloads.ts';

/** `services` is null where they could not be read: nothing is said of what is not known. */
export function ingressMismatches(ingress: Ingress, services: readonly Service[] | null): string[] {
  if (services === null) return [];
  const { name } = ingress.metadata;
  return routesOf(ingress).flatMap(({ from, backend: { service: target } }) => {
    if (!target) return [];
    const service = services.find(({ metadata }) => metadata.name === target.name);
    const leads = `Ingress ${name}: ${from} leads to Service ${target.name}`;
    if (!service) return [`${leads}, which does not exist`];
    const wanted = target.port.number ?? target.port.name;
    const { ports } = service.spec;
    return wanted === undefined || ports.some((it) => it.port === wanted || it.name === wanted)
      ? []
      : [`${leads} port ${wanted}, which has ${ports.map(describePort).join(', ') || 'none'}`];
  });
}

function describePort({ name, port }: ServicePort): string {
  return name === '' ? String(port) : `${port} (${name})`;
}

/** A selector that picks no pod, and ports that no container has. */
export function serviceMismatches(service: Service, workloads: readonly Workload[]): string[] {
  const { metadata, spec } = service;
  if (spec.type === 'ExternalName' || Object.keys(spec.selector).length === 0) return [];
  const reached = workloads.filter((workload) => reaches(service, workload));
  const pods = reached.flatMap((workload) => selectedPods(service, workload));
  const nothing = `Service ${metadata.name} selects no pod`;
  if (reached.length === 0) return [`${nothing}: ${missedBy(service, workloads)}`];
  return [
    ...(pods.length > 0
      ? []
      : reached.map(
          (it) => `${nothing}: ${workloadName(it)} has none (wants ${it.wanted ?? '?'})`,
        )),
    ...reached.flatMap((workload) => portMismatches(service, workload)),
  ];
}

function missedBy(service: Service, workloads: readonly Workload[]): string {
  const { selector } = service.spec;
  const closest = closestTo(service, workloads);
  const asked = `it asks for ${pairs(selector)}`;
  if (closest === null) return `${asked}, and nothing here has any of that`;
  const differing = Object.entries(selector)
    .filter(([key, value]) => closest.labels[key] !== value)
    .map(([key]) => {
      const own = closest.labels[key];
      return own === undefined ? `no ${key}` : `${key}=${own}`;
    });
  return `${asked}; closest is ${workloadName(closest)}, which has ${differing.join(', ')}`;
}

/** A number need not be declared to be listened on, so only declared ports that leave it out are worth words. */
function portMismatches({ metadata, spec }: Service, workload: Workload): string[] {
  const declared = workload.spec === null ? [] : portsOf(workload.spec);
  return spec.ports.flatMap(({ port, targetPort = port }) => {
    const fits = declared.some(
      ({ containerPort, name }) => containerPort === targetPort || name === targetPort,
    );
    if (fits || workload.spec === null) return [];
    if (typeof targetPort === 'number' && declared.length === 0) return [];
    const there = declared.map(({ containerPort, name }) =>
      joined([name, String(containerPort)], ' '),
    );
    return [
      `Service ${metadata.name} port ${port} leads to port ${targetPort}, which no container of ` +
        `${workloadName(workload)} ${typeof targetPort === 'number' ? 'declares' : 'has'} ` +
        `(there are: ${there.join(', ') || 'none'})`,
    ];
  });
}

function portsOf({ initContainers, containers }: PodSpec) {
  return [...initContainers, ...containers].flatMap(({ ports }) => ports);
}

export function autoscalerMismatches({
  metadata,
  spec,
  status,
}: HorizontalPodAutoscaler): string[] {
  const who = `HorizontalPodAutoscaler ${metadata.name}`;
  const inactive = status.conditions.find(
    ({ type, status: is }) => type === 'ScalingActive' && is === 'False',
  );
  return [
    ...(status.desiredReplicas >= spec.maxReplicas
      ? [`${who} is at its maximum of ${spec.maxReplicas}`]
      : []),
    ...(inactive
      ? [
          `${who} does not scale: ${joined([inactive.reason, oneLine(inactive.message ?? '')], ': ')}`,
        ]
      : []),
  ];
}
