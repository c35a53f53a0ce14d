import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import {
  container,
  controllerRevision,
  deployment,
  object,
  replicaSet,
  statefulSet,
  uidOf,
  wrote,
} from '../kubernetes/fixtures/workloads.ts';
import { event, pod, running } from '../shop.ts';

/**
 * What happened around the shop's night, besides the pods of shop.ts: checkout was rolled out at 02:40 with half
 * of its memory, cart was scaled into its quota at 02:50, and two of three nodes left.
 */

const NIGHT = '2026-11-21T';

const TEMPLATE_FIELDS = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': {} } } } };

function checkout(image: string, memory: string, logLevel: string) {
  return {
    containers: [
      container({
        image: `registry.example/shop/checkout:${image}`,
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        env: [
          { name: 'LOG_LEVEL', value: logLevel },
          {
            name: 'DB_PASSWORD',
            valueFrom: { secretKeyRef: { name: 'orders-db', key: 'password' } },
          },
        ],
        envFrom: [{ configMapRef: { name: 'checkout' } }],
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory } },
        readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 5, failureThreshold: 3 },
      }),
    ],
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'checkout-data' } }] },
  };
}

const checkoutRollout: KubernetesObject[] = [
  deployment({
    name: 'checkout',
    template: checkout('1.4.2', '256Mi', 'info'),
    managedFields: [
      wrote('helm', '02:39:58', TEMPLATE_FIELDS),
      wrote('kube-controller-manager', '03:11:40', { 'f:status': {} }, 'status'),
    ],
    status: {
      updatedReplicas: 1,
      readyReplicas: 2,
      availableReplicas: 2,
      unavailableReplicas: 1,
      conditions: [
        {
          type: 'Progressing',
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          message: 'ReplicaSet "checkout-6b9f7c9d4" has timed out progressing.',
          lastTransitionTime: `${NIGHT}02:50:01Z`,
        },
      ],
    },
  }),
  replicaSet({
    of: 'checkout',
    name: 'checkout-6b9f7c9d4',
    revision: 8,
    created: `${NIGHT}02:40:00Z`,
    replicas: 1,
    ready: 0,
    annotations: { 'kubernetes.io/change-cause': 'release 1.4.2' },
    template: checkout('1.4.2', '256Mi', 'info'),
  }),
  replicaSet({
    of: 'checkout',
    name: 'checkout-7d5c9f8b6',
    revision: 7,
    created: '2026-11-14T10:00:00Z',
    replicas: 2,
    template: checkout('1.4.1', '512Mi', 'info'),
  }),
  replicaSet({
    of: 'checkout',
    name: 'checkout-5f7b8c9d5',
    revision: 6,
    created: '2026-11-02T10:00:00Z',
    template: checkout('1.4.1', '512Mi', 'debug'),
  }),
  ...['k8s2p', 'm4w7z'].map((suffix) =>
    pod({
      name: `checkout-7d5c9f8b6-${suffix}`,
      labels: { app: 'checkout', version: '1.4.1', 'pod-template-hash': '7d5c9f8b6' },
      owner: { kind: 'ReplicaSet', name: 'checkout-7d5c9f8b6' },
      spec: {
        ...checkout('1.4.1', '512Mi', 'info').spec,
        containers: checkout('1.4.1', '512Mi', 'info').containers,
        serviceAccountName: 'checkout',
        nodeName: suffix === 'k8s2p' ? 'node-a' : 'node-b',
      },
      status: { containerStatuses: [running('app')] },
    }),
  ),
  event('checkout', 'ScalingReplicaSet', 'Scaled up replica set checkout-6b9f7c9d4 from 0 to 1', {
    type: 'Normal',
    involvedObject: {
      kind: 'Deployment',
      namespace: 'shop',
      name: 'checkout',
      uid: uidOf('Deployment', 'checkout'),
    },
    firstTimestamp: `${NIGHT}02:40:00Z`,
    lastTimestamp: `${NIGHT}02:40:00Z`,
    count: 1,
  }),
];

const service = (name: string, selector: Record<string, string>, ports: object[]) =>
  object(
    'v1',
    'Service',
    { name },
    { spec: { type: 'ClusterIP', clusterIP: '10.2.0.9', selector, ports } },
  );

const backend = (path: string, name: string, number: number) => ({
  path,
  pathType: 'Prefix',
  backend: { service: { name, port: { number } } },
});

const endpoint = (name: string, ready: boolean) => ({
  addresses: ['10.1.2.3'],
  conditions: { ready, serving: ready, terminating: false },
  nodeName: 'node-a',
  targetRef: { kind: 'Pod', namespace: 'shop', name },
});

const checkoutNeighbours: KubernetesObject[] = [
  service('checkout', { app: 'checkout' }, [
    { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' },
  ]),
  service('checkout-canary', { app: 'checkout', track: 'canary' }, [
    { port: 80, targetPort: 'http' },
  ]),
  service('checkout-admin', { app: 'checkout' }, [
    { name: 'admin', port: 9090, targetPort: 'admin' },
  ]),
  object(
    'networking.k8s.io/v1',
    'Ingress',
    { name: 'shop' },
    {
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host: 'shop.example',
            http: {
              paths: [
                backend('/checkout', 'checkout', 80),
                backend('/admin', 'checkout-admin', 9091),
                backend('/legacy', 'checkout-legacy', 80),
              ],
            },
          },
        ],
      },
      status: { loadBalancer: {} },
    },
  ),
  object(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    {
      name: 'checkout-7xk2p',
      labels: { 'kubernetes.io/service-name': 'checkout' },
    },
    {
      addressType: 'IPv4',
      endpoints: [
        endpoint('checkout-7d5c9f8b6-k8s2p', true),
        endpoint('checkout-7d5c9f8b6-m4w7z', true),
        endpoint('checkout-6b9f7c9d4-x2x4p', false),
      ],
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    },
  ),
  object(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    {
      name: 'checkout-canary-9qd4m',
      labels: { 'kubernetes.io/service-name': 'checkout-canary' },
    },
    { addressType: 'IPv4', endpoints: null, ports: null },
  ),
  object(
    'v1',
    'ConfigMap',
    {
      name: 'checkout',
      managedFields: [
        wrote('helm', '02:39:57', {
          'f:data': { '.': {}, 'f:CACHE_TTL': {}, 'f:PAYMENT_TIMEOUT_MS': {} },
        }),
      ],
    },
    { data: { CACHE_TTL: '60', PAYMENT_TIMEOUT_MS: '200' } },
  ),
  object(
    'v1',
    'PersistentVolumeClaim',
    { name: 'checkout-data' },
    {
      spec: { accessModes: ['ReadWriteMany'], storageClassName: 'shared', volumeName: 'pv-7' },
      status: { phase: 'Bound', capacity: { storage: '10Gi' } },
    },
  ),
  object('v1', 'ServiceAccount', { name: 'checkout' }),
  object(
    'policy/v1',
    'PodDisruptionBudget',
    { name: 'checkout' },
    {
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'checkout' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 3 },
    },
  ),
  object(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    { name: 'checkout' },
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' },
        minReplicas: 2,
        maxReplicas: 3,
      },
      status: { currentReplicas: 3, desiredReplicas: 3, currentMetrics: null, conditions: [] },
    },
  ),
  object(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    { name: 'from-ingress-only' },
    {
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
    },
  ),
];

const cartScaling: KubernetesObject[] = [
  deployment({ name: 'cart', replicas: 10, status: { readyReplicas: 3, replicas: 3 } }),
  replicaSet({
    of: 'cart',
    name: 'cart-78c5f',
    revision: 3,
    replicas: 10,
    ready: 3,
    template: {},
    status: {
      replicas: 3,
      conditions: [
        {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message:
            'pods "cart-78c5f-lk2xw" is forbidden: exceeded quota: compute, requested: limits.memory=512Mi, used: limits.memory=8Gi, limited: limits.memory=8Gi',
          lastTransitionTime: `${NIGHT}02:50:05Z`,
        },
      ],
    },
  }),
  object(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    { name: 'cart' },
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
        minReplicas: 3,
        maxReplicas: 20,
      },
      status: { currentReplicas: 3, desiredReplicas: 10 },
    },
  ),
  event(
    'cart',
    'SuccessfulRescale',
    'New size: 10; reason: cpu resource utilization (percentage of request) above target',
    {
      type: 'Normal',
      involvedObject: {
        kind: 'HorizontalPodAutoscaler',
        namespace: 'shop',
        name: 'cart',
        uid: uidOf('HorizontalPodAutoscaler', 'cart'),
      },
      firstTimestamp: `${NIGHT}02:50:02Z`,
      lastTimestamp: `${NIGHT}02:50:02Z`,
      count: 1,
    },
  ),
  event('cart', 'ScalingReplicaSet', 'Scaled up replica set cart-78c5f from 3 to 10', {
    type: 'Normal',
    involvedObject: {
      kind: 'Deployment',
      namespace: 'shop',
      name: 'cart',
      uid: uidOf('Deployment', 'cart'),
    },
    firstTimestamp: `${NIGHT}02:50:03Z`,
    lastTimestamp: `${NIGHT}02:50:03Z`,
    count: 1,
  }),
  event(
    'cart-78c5f',
    'FailedCreate',
    'Error creating: pods "cart-78c5f-lk2xw" is forbidden: exceeded quota: compute, requested: limits.memory=512Mi, used: limits.memory=8Gi, limited: limits.memory=8Gi',
    {
      involvedObject: {
        kind: 'ReplicaSet',
        namespace: 'shop',
        name: 'cart-78c5f',
        uid: uidOf('ReplicaSet', 'cart-78c5f'),
      },
      firstTimestamp: `${NIGHT}02:50:05Z`,
      lastTimestamp: `${NIGHT}03:09:12Z`,
      count: 14,
    },
  ),
  object(
    'v1',
    'ResourceQuota',
    { name: 'compute' },
    {
      spec: { hard: { pods: '50', 'limits.memory': '8Gi', 'requests.cpu': '8' } },
      status: {
        hard: { pods: '50', 'limits.memory': '8Gi', 'requests.cpu': '8' },
        used: { pods: '9', 'limits.memory': '8Gi', 'requests.cpu': '6500m' },
      },
    },
  ),
  object(
    'v1',
    'LimitRange',
    { name: 'defaults' },
    {
      spec: {
        limits: [
          {
            type: 'Container',
            default: { memory: '512Mi' },
            defaultRequest: { cpu: '100m', memory: '128Mi' },
            max: { memory: '2Gi' },
          },
        ],
      },
    },
  ),
];

const condition = (status: string, reason: string, time: string) => ({
  type: 'Ready',
  status,
  reason,
  message:
    status === 'True' ? 'kubelet is posting ready status' : 'Kubelet stopped posting node status.',
  lastTransitionTime: time,
});

/** Every node is of one size. */
const ROOM = {
  capacity: { cpu: '4', memory: '16Gi', pods: '110' },
  allocatable: { cpu: '3920m', memory: '15Gi', pods: '110' },
  nodeInfo: {
    kubeletVersion: 'v1.34.1',
    containerRuntimeVersion: 'containerd://2.1.4',
    kernelVersion: '6.12.0',
    osImage: 'Debian GNU/Linux 13',
    architecture: 'amd64',
  },
};

const nodes: KubernetesObject[] = [
  object(
    'v1',
    'Node',
    { name: 'node-a', metadata: { namespace: undefined } },
    {
      spec: {},
      status: { ...ROOM, conditions: [condition('True', 'KubeletReady', '2026-10-01T09:00:00Z')] },
    },
  ),
  object(
    'v1',
    'Node',
    { name: 'node-b', metadata: { namespace: undefined } },
    {
      spec: {
        taints: [
          {
            key: 'node.kubernetes.io/unreachable',
            effect: 'NoExecute',
            timeAdded: `${NIGHT}03:05:05Z`,
          },
        ],
      },
      status: {
        ...ROOM,
        conditions: [condition('Unknown', 'NodeStatusUnknown', `${NIGHT}03:05:00Z`)],
      },
    },
  ),
  object(
    'v1',
    'Node',
    {
      name: 'node-c',
      metadata: { namespace: undefined },
      managedFields: [wrote('kubectl', '02:55:00', { 'f:spec': { 'f:unschedulable': {} } })],
    },
    {
      spec: {
        unschedulable: true,
        taints: [
          {
            key: 'node.kubernetes.io/unschedulable',
            effect: 'NoSchedule',
            timeAdded: `${NIGHT}02:55:00Z`,
          },
        ],
      },
      status: { ...ROOM, conditions: [condition('True', 'KubeletReady', '2026-10-01T09:00:00Z')] },
    },
  ),
];

const searchRevisions: KubernetesObject[] = [
  statefulSet({
    name: 'search',
    replicas: 1,
    status: {
      readyReplicas: 0,
      availableReplicas: 0,
      currentRevision: 'search-7c9',
      updateRevision: 'search-7c9',
    },
  }),
  controllerRevision({
    of: { kind: 'StatefulSet', name: 'search' },
    name: 'search-7c9',
    revision: 1,
    template: { containers: [container({ image: 'search:3' })] },
  }),
];

export const changesObjects: KubernetesObject[] = [
  ...checkoutRollout,
  ...checkoutNeighbours,
  ...cartScaling,
  ...searchRevisions,
  ...nodes,
];

export const changesExamples: { tool: string; args: Record<string, unknown> }[] = [
  { tool: 'kubectl_rollout_history', args: { namespace: 'shop', name: 'checkout' } },
  {
    tool: 'kubectl_rollout_history',
    args: { namespace: 'shop', kind: 'statefulset', name: 'search', revision: 1 },
  },
  { tool: 'kubectl_tree', args: { namespace: 'shop', kind: 'deployment', name: 'checkout' } },
  { tool: 'kubectl_tree', args: { namespace: 'shop', kind: 'ingress', name: 'shop' } },
  { tool: 'kubectl_quota', args: { namespace: 'shop' } },
  { tool: 'kubectl_auth_can_i', args: { namespace: 'shop' } },
  { tool: 'kubectl_snapshot', args: { namespace: 'shop' } },
  { tool: 'recent_changes', args: { namespace: 'shop', since: '1h' } },
];
