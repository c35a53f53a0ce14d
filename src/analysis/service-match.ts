import { distance } from 'fastest-levenshtein';
import type { Service } from '../tools/kubernetes/objects/network.ts';
import type { Container } from '../tools/kubernetes/objects/pod.ts';
import type { Cluster, Workload } from './cluster.ts';
import { behind } from './owners.ts';

/** Which workload a Service was made for, whatever its selector says now. */

const PART = /[-_.]?(?:service|svc|server|headless)$/;
/** More than this is more than a coincidence. */
const ENOUGH = 2;
const MAX_EDITS = 2;

/** `cart-service` and `cartservice` are `cart`. */
export function stemOf(name: string): string {
  return name.toLowerCase().replace(PART, '');
}

/** The workload that a Service's name, labels, selector and ports speak of; null when none does. */
export function meantBy(service: Service, cluster: Cluster): Workload | null {
  const candidates = cluster.workloads
    .filter(({ ref }) => ref.namespace === service.metadata.namespace && isServer(ref.kind))
    .map((workload) => ({ workload, likeness: likeness(service, workload) }))
    .filter(({ likeness: value }) => value >= ENOUGH);
  return candidates.sort((a, b) => b.likeness - a.likeness)[0]?.workload ?? null;
}

function isServer(kind: string): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet';
}

function likeness({ metadata, spec }: Service, { ref, template }: Workload): number {
  const { labels } = template.metadata;
  const pairs = Object.entries(spec.selector);
  const near = pairs.filter(([key, value]) => isNear(labels[key] ?? '', value));
  const numbers = spec.ports.map(({ port, targetPort }) => targetPort ?? port);
  const declared = portsOf(template.spec.containers);
  const serves = declared.some(({ containerPort, name }) =>
    numbers.some((number) => number === containerPort || number === name),
  );
  return (
    (metadata.name === ref.name ? 4 : stemOf(metadata.name) === stemOf(ref.name) ? 3 : 0) +
    2 * pairs.filter(([key, value]) => labels[key] === value).length +
    1.5 * near.length +
    (serves ? 1 : 0)
  );
}

function isNear(one: string, other: string): boolean {
  if (one === '' || one === other) return false;
  if (one.startsWith(`${other}-`) || other.startsWith(`${one}-`) || stemOf(one) === stemOf(other)) {
    return true;
  }
  return Math.min(one.length, other.length) > MAX_EDITS + 1 && distance(one, other) <= MAX_EDITS;
}

export function portsOf(containers: readonly Container[]): Container['ports'] {
  return containers.flatMap(({ ports }) => ports);
}

/** Another Service that selects a workload already. */
export function servedBy(workload: Workload, except: Service, cluster: Cluster): Service | null {
  return (
    cluster.services.find(
      (other) =>
        other.metadata.name !== except.metadata.name &&
        behind(other, cluster).some(({ ref }) => ref === workload.ref),
    ) ?? null
  );
}

export function slicesOf({ metadata }: Service, { endpointSlices }: Cluster) {
  return endpointSlices.filter(
    (slice) =>
      slice.metadata.namespace === metadata.namespace &&
      slice.metadata.labels['kubernetes.io/service-name'] === metadata.name,
  );
}
