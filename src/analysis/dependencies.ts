import type { Service } from '../tools/kubernetes/objects/network.ts';
import type { PodSpec } from '../tools/kubernetes/objects/pod.ts';
import { behind, type Cluster, podsOf, refOf, type Workload } from './cluster.ts';
import type { Logs } from './logs.ts';
import { keyOf, type ObjectRef } from './object-ref.ts';

/** Who needs whom. */
export interface Dependencies {
  /** What an object needs directly. */
  needs(ref: ObjectRef): readonly ObjectRef[];
  /** All that it needs, itself left out, with how many steps away: the nearest first. */
  reach(ref: ObjectRef): ReadonlyMap<string, { ref: ObjectRef; steps: number }>;
}

/**
 * From Ingresses to Services to workloads; from a workload to what its pod template names (claims, ConfigMaps, Secrets,
 * service account), the nodes that its pods are on, and the Services that its environment, its arguments or its logs name.
 */
export function dependenciesOf(cluster: Cluster, logs: Logs): Dependencies {
  const edges = new Map<string, Map<string, ObjectRef>>();
  const add = (from: ObjectRef, to: ObjectRef) => {
    if (keyOf(from) === keyOf(to)) return;
    const known = edges.get(keyOf(from)) ?? new Map<string, ObjectRef>();
    edges.set(keyOf(from), known.set(keyOf(to), to));
  };
  for (const workload of cluster.workloads) {
    for (const ref of [...named(workload), ...nodesOf(workload, cluster)]) add(workload.ref, ref);
    for (const service of servicesNamedBy(workload, cluster.services)) {
      add(workload.ref, refOf('Service', service.metadata));
    }
  }
  for (const entry of logs.entries) {
    if (entry.workload === null) continue;
    for (const service of servicesIn(entry.text, entry.namespace, cluster.services)) {
      if (
        behind(service, cluster).every(({ ref }) => keyOf(ref) !== keyOf(entry.workload ?? ref))
      ) {
        add(entry.workload, refOf('Service', service.metadata));
      }
    }
  }
  for (const service of cluster.services) {
    for (const { ref } of behind(service, cluster)) add(refOf('Service', service.metadata), ref);
  }
  for (const ingress of cluster.ingresses) {
    const backends = ingress.spec.rules
      .flatMap(({ http }) => http?.paths ?? [])
      .map(({ backend }) => backend);
    for (const { service } of [
      ...backends,
      ...(ingress.spec.defaultBackend ? [ingress.spec.defaultBackend] : []),
    ]) {
      if (service) {
        add(refOf('Ingress', ingress.metadata), {
          kind: 'Service',
          namespace: ingress.metadata.namespace,
          name: service.name,
        });
      }
    }
  }
  for (const { metadata, spec } of cluster.claims) {
    if (spec.volumeName !== '') {
      add(refOf('PersistentVolumeClaim', metadata), {
        kind: 'PersistentVolume',
        namespace: null,
        name: spec.volumeName,
      });
    }
  }
  return {
    needs: (ref) => [...(edges.get(keyOf(ref))?.values() ?? [])],
    reach: (ref) => reachFrom(ref, edges),
  };
}

function reachFrom(
  start: ObjectRef,
  edges: ReadonlyMap<string, ReadonlyMap<string, ObjectRef>>,
): Map<string, { ref: ObjectRef; steps: number }> {
  const found = new Map<string, { ref: ObjectRef; steps: number }>();
  let open: ObjectRef[] = [start];
  for (let steps = 1; open.length > 0; steps += 1) {
    const next: ObjectRef[] = [];
    for (const from of open) {
      for (const [key, ref] of edges.get(keyOf(from)) ?? []) {
        if (found.has(key) || key === keyOf(start)) continue;
        found.set(key, { ref, steps });
        next.push(ref);
      }
    }
    open = next;
  }
  return found;
}

function named({ ref: { namespace }, template: { spec } }: Workload): ObjectRef[] {
  const containers = [...spec.initContainers, ...spec.containers];
  const of = (kind: string, name: string | undefined): ObjectRef[] =>
    name ? [{ kind, namespace, name }] : [];
  return [
    ...of('ServiceAccount', spec.serviceAccountName),
    ...spec.imagePullSecrets.flatMap(({ name }) => of('Secret', name)),
    ...spec.volumes.flatMap(({ persistentVolumeClaim, configMap, secret }) => [
      ...of('PersistentVolumeClaim', persistentVolumeClaim?.claimName),
      ...of('ConfigMap', configMap?.name),
      ...of('Secret', secret?.secretName),
    ]),
    ...containers.flatMap(({ env, envFrom }) => [
      ...env.flatMap(({ valueFrom }) => [
        ...of('ConfigMap', valueFrom?.configMapKeyRef?.name),
        ...of('Secret', valueFrom?.secretKeyRef?.name),
      ]),
      ...envFrom.flatMap(({ configMapRef, secretRef }) => [
        ...of('ConfigMap', configMapRef?.name),
        ...of('Secret', secretRef?.name),
      ]),
    ]),
  ];
}

function nodesOf({ ref }: Workload, cluster: Cluster): ObjectRef[] {
  const names = podsOf(ref, cluster).map(({ spec }) => spec.nodeName);
  return [...new Set(names)]
    .filter((name) => name !== '')
    .map((name) => ({ kind: 'Node', namespace: null, name }));
}

function servicesNamedBy(
  { ref, template: { spec } }: Workload,
  services: readonly Service[],
): Service[] {
  const texts = textsOf(spec);
  const own = ref.namespace ?? '';
  return [...new Set(texts.flatMap((text) => servicesIn(text, own, services)))].filter(
    ({ metadata }) => metadata.namespace !== own || metadata.name !== ref.name,
  );
}

function textsOf({ initContainers, containers }: PodSpec): string[] {
  return [...initContainers, ...containers].flatMap(({ env, command, args }) => [
    ...env.flatMap(({ value }) => (value ? [value] : [])),
    ...command,
    ...args,
  ]);
}

/** Host names, as they stand in addresses: not a word that happens to be a Service's name. */
const HOST =
  /(?:^|[\s"'`=/@,(])([a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)((?:\.[a-z0-9-]{1,63}){0,4})(?::(\d{2,5})\b|(?=$|["'`\s,/)]))/g;

function servicesIn(text: string, namespace: string, services: readonly Service[]): Service[] {
  const found: Service[] = [];
  for (const [, name = '', domain = '', port] of text.matchAll(HOST)) {
    const [, other] = domain.split('.');
    const service =
      services.find(
        ({ metadata }) => metadata.name === name && metadata.namespace === (other || namespace),
      ) ??
      services.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    // A single word without a port is an address only where nothing else stands.
    if (
      service &&
      (port !== undefined ||
        domain !== '' ||
        text.trim() === name ||
        name.includes('-') ||
        text.includes('://'))
    ) {
      found.push(service);
    }
  }
  return found;
}
