interface ResourceInfo {
  kind: string;
  /** Where its API group lives. */
  base: string;
  namespaced: boolean;
  /** Other names that kubectl takes for it, besides the kind and the plural. */
  aliases: readonly string[];
}

/**
 * Every resource that may be read. What is not here cannot be asked for: Secrets are not. A new one is added
 * by hand, here and in deploy/rbac, after a person has read what its objects can hold.
 */
export const RESOURCES = {
  pods: core('Pod', 'po'),
  events: core('Event', 'ev'),
  services: core('Service', 'svc'),
  configmaps: core('ConfigMap', 'cm'),
  persistentvolumeclaims: core('PersistentVolumeClaim', 'pvc'),
  resourcequotas: core('ResourceQuota', 'quota'),
  limitranges: core('LimitRange', 'limits'),
  serviceaccounts: core('ServiceAccount', 'sa'),
  nodes: clusterWide(core('Node', 'no')),
  namespaces: clusterWide(core('Namespace', 'ns')),
  persistentvolumes: clusterWide(core('PersistentVolume', 'pv')),
  deployments: grouped('apps/v1', 'Deployment', 'deploy'),
  replicasets: grouped('apps/v1', 'ReplicaSet', 'rs'),
  statefulsets: grouped('apps/v1', 'StatefulSet', 'sts'),
  daemonsets: grouped('apps/v1', 'DaemonSet', 'ds'),
  controllerrevisions: grouped('apps/v1', 'ControllerRevision'),
  jobs: grouped('batch/v1', 'Job'),
  cronjobs: grouped('batch/v1', 'CronJob', 'cj'),
  horizontalpodautoscalers: grouped('autoscaling/v2', 'HorizontalPodAutoscaler', 'hpa'),
  poddisruptionbudgets: grouped('policy/v1', 'PodDisruptionBudget', 'pdb'),
  ingresses: grouped('networking.k8s.io/v1', 'Ingress', 'ing'),
  networkpolicies: grouped('networking.k8s.io/v1', 'NetworkPolicy', 'netpol'),
  endpointslices: grouped('discovery.k8s.io/v1', 'EndpointSlice'),
  storageclasses: clusterWide(grouped('storage.k8s.io/v1', 'StorageClass', 'sc')),
  podmetrics: grouped('metrics.k8s.io/v1beta1', 'PodMetrics'),
  nodemetrics: clusterWide(grouped('metrics.k8s.io/v1beta1', 'NodeMetrics')),
} as const satisfies Record<string, ResourceInfo>;

export type Resource = keyof typeof RESOURCES;

export function resourceNames(): Resource[] {
  return Object.keys(RESOURCES).filter((name) => isResource(name));
}

function isResource(name: string): name is Resource {
  return name in RESOURCES;
}

/** The API's path calls the metrics of pods and nodes by the names of pods and nodes. */
const PATHS: Partial<Record<Resource, string>> = { podmetrics: 'pods', nodemetrics: 'nodes' };

/** What RBAC calls it, with its group where the name alone means another: `nodes.metrics.k8s.io`. */
export function rbacName(resource: Resource): string {
  const plural = PATHS[resource];
  return plural === undefined ? resource : `${plural}.metrics.k8s.io`;
}

/** `/apis/apps/v1/namespaces/shop/deployments`; with null, over all namespaces or of none. */
export function collectionPath(resource: Resource, namespace: string | null): string {
  const { base } = RESOURCES[resource];
  const plural = PATHS[resource] ?? resource;
  return namespace === null ? `${base}/${plural}` : `${base}/namespaces/${namespace}/${plural}`;
}

function core(kind: string, ...aliases: string[]): ResourceInfo {
  return { kind, base: '/api/v1', namespaced: true, aliases };
}

function grouped(group: string, kind: string, ...aliases: string[]): ResourceInfo {
  return { kind, base: `/apis/${group}`, namespaced: true, aliases };
}

function clusterWide(info: ResourceInfo): ResourceInfo {
  return { ...info, namespaced: false };
}
