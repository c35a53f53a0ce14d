import type { LabelSet } from '../alert/alert.ts';
import type { Cluster } from './cluster.ts';
import { keyOf, type ObjectRef } from './object-ref.ts';
import { behind, ownerOf } from './owners.ts';

/** What is to be explained: what an alert says of itself, or what a person asked about. */
export interface Symptom {
  /** The alert's name; empty where a person asked. */
  name: string;
  namespaces: readonly string[];
  /** Of every alert, and of the group. */
  labels: readonly LabelSet[];
  /** What its annotations say, in any order. */
  texts: readonly string[];
  /** PromQL of the rules that fired. */
  expressions: readonly string[];
  /** When the first alert started; null where a person asked. */
  since: string | null;
}

const WORKLOAD_LABELS: readonly (readonly [label: string, kind: string])[] = [
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['job_name', 'Job'],
  ['cronjob', 'CronJob'],
  ['horizontalpodautoscaler', 'HorizontalPodAutoscaler'],
  ['persistentvolumeclaim', 'PersistentVolumeClaim'],
  ['resourcequota', 'ResourceQuota'],
  ['ingress', 'Ingress'],
];
/** Labels that say which part of an application it is about, in whatever word its teams have. */
const APP_LABELS = [
  'workload',
  'app',
  'app_kubernetes_io_name',
  'service',
  'service_name',
  'destination_workload',
  'destination_service_name',
  'component',
  'container',
  'job',
  'created_by_name',
  'exported_service',
  'k8s_app',
];
const NODE_LABELS = ['node', 'nodename', 'kubernetes_node', 'instance'];

/**
 * The objects that a symptom names, as far as the cluster knows them: workloads for pods and Services, nodes, claims.
 * Empty when it names none; then all of its namespaces may be meant.
 */
export function targetsOf({ labels, namespaces }: Symptom, cluster: Cluster): ObjectRef[] {
  const found = labels.flatMap((set) => [
    ...ofPod(set, cluster),
    ...WORKLOAD_LABELS.flatMap(([label, kind]) =>
      set[label]
        ? [{ kind, namespace: set.namespace ?? namespaces[0] ?? null, name: set[label] }]
        : [],
    ),
    ...APP_LABELS.flatMap((label) => (set[label] ? named(set[label], set.namespace, cluster) : [])),
    ...NODE_LABELS.flatMap((label) => ofNode(set[label], cluster)),
  ]);
  return [...new Map(found.map((ref) => [keyOf(ref), ref])).values()];
}

function ofPod({ namespace = '', pod = '' }: LabelSet, cluster: Cluster): ObjectRef[] {
  const found = cluster.pods.find(
    ({ metadata }) => metadata.name === pod && metadata.namespace === namespace,
  );
  if (found !== undefined) return [ownerOf(found, cluster)];
  const owners = cluster.workloads.filter(
    ({ ref }) => pod.startsWith(`${ref.name}-`) && ref.namespace === namespace,
  );
  return owners
    .sort((a, b) => b.ref.name.length - a.ref.name.length)
    .slice(0, 1)
    .map(({ ref }) => ref);
}

/** A workload of that name, and those behind a Service of that name. */
function named(name: string, namespace: string | undefined, cluster: Cluster): ObjectRef[] {
  const inside = (other: string | null) => namespace === undefined || other === namespace;
  const workloads = cluster.workloads.filter(
    ({ ref }) => ref.name === name && inside(ref.namespace),
  );
  const services = cluster.services.filter(
    ({ metadata }) => metadata.name === name && inside(metadata.namespace),
  );
  return [
    ...workloads.map(({ ref }) => ref),
    ...services.flatMap((service) => [
      { kind: 'Service', namespace: service.metadata.namespace, name },
      ...behind(service, cluster).map(({ ref }) => ref),
    ]),
  ];
}

function ofNode(value: string | undefined, { nodes }: Cluster): ObjectRef[] {
  if (value === undefined) return [];
  const host = value.replace(/:\d+$/, '');
  const node = nodes.find(
    ({ metadata, status }) =>
      metadata.name === host || status.addresses.some(({ address }) => address === host),
  );
  return node ? [{ kind: 'Node', namespace: null, name: node.metadata.name }] : [];
}
