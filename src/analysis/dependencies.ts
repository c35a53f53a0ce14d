import { selects } from '../tools/kubernetes/label-selector.ts';
import type { Service } from '../tools/kubernetes/objects/network.ts';
import type { PodSpec } from '../tools/kubernetes/objects/pod.ts';
import type { LabelSelector } from '../tools/kubernetes/objects/selector.ts';
import { type Address, addressesWithin, serviceAt } from './addresses.ts';
import type { CallFailure } from './call-failures.ts';
import type { Cluster, Workload } from './cluster.ts';
import { givenAddresses } from './given-addresses.ts';
import type { Logs } from './logs.ts';
import type { MetricSeries } from './metrics.ts';
import { keyOf, type ObjectRef, refOf } from './object-ref.ts';
import { behind, podsOf } from './owners.ts';

/** Who needs whom. */
export interface Dependencies {
  /** What an object needs directly. */
  needs(ref: ObjectRef): readonly ObjectRef[];
  /** All that it needs, itself left out, with how many steps away: the nearest first. */
  reach(ref: ObjectRef): ReadonlyMap<string, { ref: ObjectRef; steps: number }>;
}

type Add = (from: ObjectRef, to: ObjectRef) => void;

/**
 * From Ingresses to Services to workloads; from a workload to what its pod template names (claims, ConfigMaps, Secrets,
 * service account), the nodes that its pods are on, the Services that its environment, its arguments or its logs name,
 * and what metrics or network policies say that it calls.
 */
export function dependenciesOf(
  cluster: Cluster,
  logs: Logs,
  failures: readonly CallFailure[],
  metrics: readonly Pick<MetricSeries, 'labels'>[],
): Dependencies {
  const edges = new Map<string, Map<string, ObjectRef>>();
  const add: Add = (from, to) => {
    if (keyOf(from) === keyOf(to)) return;
    const known = edges.get(keyOf(from)) ?? new Map<string, ObjectRef>();
    edges.set(keyOf(from), known.set(keyOf(to), to));
  };
  for (const workload of cluster.workloads) {
    for (const ref of [...named(workload), ...nodesOf(workload, cluster)]) add(workload.ref, ref);
    for (const service of servicesNamedBy(workload, cluster)) add(workload.ref, service);
  }
  fromLogs(cluster, logs, failures, add);
  fromMetrics(cluster, metrics, add);
  fromPolicies(cluster, add);
  fromServices(cluster, add);
  fromClaims(cluster, add);
  return {
    needs: (ref) => [...(edges.get(keyOf(ref))?.values() ?? [])],
    reach: (ref) => reachFrom(ref, edges),
  };
}

function fromLogs(
  cluster: Cluster,
  { entries }: Logs,
  failures: readonly CallFailure[],
  add: Add,
): void {
  const own = new Map(
    cluster.services.map((service) => [
      keyOf(refOf('Service', service.metadata)),
      new Set(behind(service, cluster).map(({ ref }) => keyOf(ref))),
    ]),
  );
  const called = (caller: ObjectRef, service: ObjectRef) => {
    if (!own.get(keyOf(service))?.has(keyOf(caller))) add(caller, service);
  };
  for (const { caller, service } of failures) if (service) called(caller, service);
  for (const { workload, text, namespace } of entries) {
    if (workload === null) continue;
    for (const service of servicesIn(text, namespace, cluster.services, isAddress)) {
      called(workload, service);
    }
  }
}

/** As Istio, Linkerd and Hubble, and span metrics of OpenTelemetry, label who calls whom. */
const CALL_LABELS: readonly (readonly [from: string, to: string])[] = [
  ['source_workload', 'destination_workload'],
  ['source_workload', 'destination_service_name'],
  ['source', 'destination'],
  ['deployment', 'dst_deployment'],
  ['client', 'server'],
];

function fromMetrics(
  cluster: Cluster,
  metrics: readonly Pick<MetricSeries, 'labels'>[],
  add: Add,
): void {
  const find = (name: string | undefined) =>
    cluster.workloads.find(({ ref }) => ref.name === name && ref.kind !== 'CronJob')?.ref;
  for (const { labels } of metrics) {
    for (const [from, to] of CALL_LABELS) {
      const [caller, called] = [find(labels[from]), find(labels[to])];
      if (caller && called) add(caller, called);
    }
  }
}

/** A policy that lets certain pods through says that they call. */
function fromPolicies({ networkPolicies, workloads }: Cluster, add: Add): void {
  const chosen = (selector: LabelSelector | null | undefined, namespace: string): Workload[] =>
    selector && Object.keys(selector.matchLabels).length > 0
      ? workloads.filter(
          ({ ref, template }) =>
            ref.namespace === namespace && selects(selector, template.metadata.labels),
        )
      : [];
  for (const { metadata, spec } of networkPolicies) {
    const callees = chosen(spec.podSelector, metadata.namespace);
    for (const { from } of spec.ingress) {
      for (const { podSelector, namespaceSelector } of from) {
        if (namespaceSelector) continue;
        for (const caller of chosen(podSelector, metadata.namespace)) {
          for (const callee of callees) add(caller.ref, callee.ref);
        }
      }
    }
  }
}

function fromServices(cluster: Cluster, add: Add): void {
  for (const service of cluster.services) {
    for (const { ref } of behind(service, cluster)) add(refOf('Service', service.metadata), ref);
  }
  for (const { metadata, spec } of cluster.ingresses) {
    const backends = spec.rules.flatMap(({ http }) => http?.paths ?? []).map((it) => it.backend);
    for (const { service } of [
      ...backends,
      ...(spec.defaultBackend ? [spec.defaultBackend] : []),
    ]) {
      if (!service) continue;
      const { namespace } = metadata;
      add(refOf('Ingress', metadata), { kind: 'Service', namespace, name: service.name });
    }
  }
}

function fromClaims({ claims }: Cluster, add: Add): void {
  for (const { metadata, spec } of claims) {
    if (spec.volumeName === '') continue;
    add(refOf('PersistentVolumeClaim', metadata), {
      kind: 'PersistentVolume',
      namespace: null,
      name: spec.volumeName,
    });
  }
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

function servicesNamedBy(workload: Workload, cluster: Cluster): ObjectRef[] {
  const own = workload.ref.namespace ?? '';
  const given = givenAddresses({ workloads: [workload] }).flatMap(
    ({ host }) => serviceAt(host, own, cluster.services) ?? [],
  );
  const mentioned = textsOf(workload.template.spec).flatMap((text) =>
    servicesIn(text, own, cluster.services, isNamed),
  );
  return [...given.map(({ metadata }) => refOf('Service', metadata)), ...mentioned].filter(
    ({ namespace, name }) => namespace !== own || name !== workload.ref.name,
  );
}

function textsOf({ initContainers, containers }: PodSpec): string[] {
  return [...initContainers, ...containers].flatMap(({ env, command, args }) => [
    ...env.flatMap(({ value }) => (value ? [value] : [])),
    ...command,
    ...args,
  ]);
}

type IsMeant = (address: Address, text: string) => boolean;

/** In a log line a single word may be anything. */
const isAddress: IsMeant = ({ host, port }, text) =>
  port !== null || host.includes('.svc') || text.includes(`://${host}`);

/** In a specification a name with a hyphen is no accident. */
const isNamed: IsMeant = (address, text) =>
  isAddress(address, text) || address.host.includes('-') || text.trim() === address.host;

function servicesIn(
  text: string,
  namespace: string,
  services: readonly Service[],
  isMeant: IsMeant,
): ObjectRef[] {
  return addressesWithin(text).flatMap((address) => {
    const service = isMeant(address, text) ? serviceAt(address.host, namespace, services) : null;
    return service ? [refOf('Service', service.metadata)] : [];
  });
}
