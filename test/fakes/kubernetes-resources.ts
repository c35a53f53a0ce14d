interface FakeResource {
  kind: string;
  plural: string;
  base: string;
  namespaced: boolean;
}

const NAMESPACED: Record<string, string[]> = {
  '/api/v1': [
    'Pod pods',
    'Event events',
    'Service services',
    'Endpoints endpoints',
    'ConfigMap configmaps',
    'Secret secrets',
    'PersistentVolumeClaim persistentvolumeclaims',
    'ResourceQuota resourcequotas',
    'LimitRange limitranges',
    'ServiceAccount serviceaccounts',
  ],
  '/apis/apps/v1': [
    'Deployment deployments',
    'ReplicaSet replicasets',
    'StatefulSet statefulsets',
    'DaemonSet daemonsets',
    'ControllerRevision controllerrevisions',
  ],
  '/apis/batch/v1': ['Job jobs', 'CronJob cronjobs'],
  '/apis/autoscaling/v2': ['HorizontalPodAutoscaler horizontalpodautoscalers'],
  '/apis/policy/v1': ['PodDisruptionBudget poddisruptionbudgets'],
  '/apis/networking.k8s.io/v1': ['Ingress ingresses', 'NetworkPolicy networkpolicies'],
  '/apis/discovery.k8s.io/v1': ['EndpointSlice endpointslices'],
  '/apis/metrics.k8s.io/v1beta1': ['PodMetrics pods'],
};

const CLUSTER_WIDE: Record<string, string[]> = {
  '/api/v1': ['Node nodes', 'Namespace namespaces', 'PersistentVolume persistentvolumes'],
  '/apis/storage.k8s.io/v1': ['StorageClass storageclasses'],
  '/apis/metrics.k8s.io/v1beta1': ['NodeMetrics nodes'],
};

/** What a cluster of version 1.34 with a metrics server has, as far as it matters here. */
export function kubernetesResources(): FakeResource[] {
  return [...resourcesOf(NAMESPACED, true), ...resourcesOf(CLUSTER_WIDE, false)];
}

function resourcesOf(groups: Record<string, string[]>, namespaced: boolean): FakeResource[] {
  return Object.entries(groups).flatMap(([base, names]) =>
    names.map((pair) => {
      const [kind = '', plural = ''] = pair.split(' ');
      return { kind, plural, base, namespaced };
    }),
  );
}
