import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import { daemonSet, object } from '../kubernetes/fixtures/workloads.ts';
import { event, SHOP } from '../shop.ts';

/**
 * What runs beside the shop's pods of shop.ts: a nightly settlement that fails, a claim that waits for its volume,
 * an agent on every node, and what the metrics server measured.
 */

const NIGHT = '2026-11-21T';
const clusterWide = { metadata: { namespace: undefined } };

const batch: KubernetesObject[] = [
  object(
    'batch/v1',
    'CronJob',
    { name: 'settlement' },
    {
      spec: {
        schedule: '0 */2 * * *',
        concurrencyPolicy: 'Forbid',
        suspend: false,
        jobTemplate: { spec: { template: { spec: { containers: [] } } } },
      },
      status: {
        lastScheduleTime: `${NIGHT}02:00:00Z`,
        lastSuccessfulTime: `${NIGHT}00:00:41Z`,
      },
    },
  ),
  object(
    'batch/v1',
    'Job',
    {
      name: 'settlement-29393880',
      created: `${NIGHT}02:00:00Z`,
      owner: { kind: 'CronJob', name: 'settlement' },
    },
    {
      spec: { completions: 1, parallelism: 1, backoffLimit: 2, template: { spec: {} } },
      status: {
        failed: 3,
        startTime: `${NIGHT}02:00:00Z`,
        conditions: [
          {
            type: 'Failed',
            status: 'True',
            reason: 'BackoffLimitExceeded',
            message: 'Job has reached the specified backoff limit',
            lastTransitionTime: `${NIGHT}02:03:10Z`,
          },
        ],
      },
    },
  ),
];

const storage: KubernetesObject[] = [
  object(
    'v1',
    'PersistentVolumeClaim',
    { name: 'data-search-0', created: `${NIGHT}03:05:00Z` },
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'ssd',
        resources: { requests: { storage: '20Gi' } },
      },
      status: { phase: 'Pending' },
    },
  ),
  object(
    'storage.k8s.io/v1',
    'StorageClass',
    { name: 'ssd', ...clusterWide },
    {
      provisioner: 'disk.csi.example',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    },
  ),
  object(
    'v1',
    'PersistentVolume',
    { name: 'pvc-0a1b2c', ...clusterWide },
    {
      spec: {
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'ssd',
        claimRef: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'checkout-data' },
      },
      status: { phase: 'Bound' },
    },
  ),
];

function podMetrics(name: string, cpu: string, memory: string): KubernetesObject {
  return object(
    'metrics.k8s.io/v1beta1',
    'PodMetrics',
    { name },
    {
      timestamp: `${NIGHT}03:11:30Z`,
      window: '15s',
      containers: [{ name: 'app', usage: { cpu, memory } }],
    },
  );
}

function nodeMetrics(name: string, cpu: string, memory: string): KubernetesObject {
  return object(
    'metrics.k8s.io/v1beta1',
    'NodeMetrics',
    { name, ...clusterWide },
    {
      timestamp: `${NIGHT}03:11:30Z`,
      window: '15s',
      usage: { cpu, memory },
    },
  );
}

const metrics: KubernetesObject[] = [
  podMetrics('checkout-6b9f7c9d4-x2x4p', '184213000n', '257024Ki'),
  podMetrics('checkout-7d5c9f8b6-k8s2p', '92m', '301Mi'),
  podMetrics('checkout-7d5c9f8b6-m4w7z', '88m', '297Mi'),
  podMetrics('cart-78c5f-00000', '12m', '60Mi'),
  nodeMetrics('node-a', '1240m', '5120Mi'),
  nodeMetrics('node-c', '310m', '2048Mi'),
];

const nodeEvents: KubernetesObject[] = [
  event('node-b', 'NodeNotReady', 'Node node-b status is now: NodeNotReady', {
    metadata: { name: 'node-b.NodeNotReady', namespace: 'default' },
    type: 'Normal',
    involvedObject: { kind: 'Node', name: 'node-b', uid: 'node-b' },
    source: { component: 'node-controller' },
    firstTimestamp: `${NIGHT}03:05:00Z`,
    lastTimestamp: `${NIGHT}03:05:00Z`,
  }),
];

const podEvents: KubernetesObject[] = [
  event('search-0', 'FailedScheduling', '0/3 nodes are available: 3 Insufficient memory.', {
    count: 4,
    firstTimestamp: `${NIGHT}03:05:01Z`,
    lastTimestamp: `${NIGHT}03:10:21Z`,
    source: { component: 'default-scheduler' },
  }),
  event('web-5c7d8-q9w8e', 'Failed', 'Error: ImagePullBackOff', {
    count: 31,
    firstTimestamp: `${NIGHT}03:02:04Z`,
    lastTimestamp: `${NIGHT}03:11:50Z`,
  }),
];

export const kubernetesObjects: KubernetesObject[] = [
  ...SHOP,
  ...batch,
  ...storage,
  daemonSet({ name: 'log-agent' }),
  ...metrics,
  ...nodeEvents,
  ...podEvents,
];

const started = `${NIGHT}03:10:02.118000000Z {"level":"info","msg":"listening on :8080"}`;

/** Three times the same heap warning, then the end. */
export const kubernetesLogs: Record<string, string> = {
  'shop/checkout-6b9f7c9d4-x2x4p/app': [
    started,
    ...['03:11:20.004', '03:11:25.011', '03:11:30.009'].map(
      (time) => `${NIGHT}${time}000000Z {"level":"warn","msg":"heap used above 90% of the limit"}`,
    ),
    `${NIGHT}03:11:38.723000000Z {"level":"error","msg":"order 8812: cart of 48211 lines does not fit"}`,
    `${NIGHT}03:13:00.000000000Z {"level":"info","msg":"after the window"}`,
    '',
  ].join('\n'),
  'shop/checkout-6b9f7c9d4-x2x4p/app/previous': [
    `${NIGHT}03:05:11.000000000Z {"level":"info","msg":"listening on :8080"}`,
    `${NIGHT}03:08:58.000000000Z {"level":"error","msg":"order 8790: cart of 47990 lines does not fit"}`,
    '',
  ].join('\n'),
};

export const kubernetesExamples: { tool: string; args: Record<string, unknown> }[] = [
  { tool: 'kubectl_get_pods', args: { namespace: 'shop' } },
  { tool: 'kubectl_describe_pod', args: { namespace: 'shop', name: 'checkout-6b9f7c9d4-x2x4p' } },
  { tool: 'kubectl_get', args: { kind: 'deployments', namespace: 'shop' } },
  { tool: 'kubectl_get', args: { kind: 'hpa' } },
  { tool: 'kubectl_get', args: { kind: 'cm', namespace: 'shop' } },
  { tool: 'kubectl_describe', args: { kind: 'deployment', namespace: 'shop', name: 'checkout' } },
  { tool: 'kubectl_describe', args: { kind: 'pvc', namespace: 'shop', name: 'data-search-0' } },
  { tool: 'kubectl_events', args: { namespace: 'shop' } },
  { tool: 'kubectl_logs', args: { namespace: 'shop', pod: 'checkout-6b9f7c9d4-x2x4p' } },
  {
    tool: 'kubectl_logs',
    args: {
      namespace: 'shop',
      pod: 'checkout-6b9f7c9d4-x2x4p',
      previous: true,
      grep: '/error|does not fit/',
    },
  },
  { tool: 'kubectl_top', args: { kind: 'pods', namespace: 'shop' } },
  { tool: 'kubectl_top', args: { kind: 'nodes' } },
  { tool: 'kubectl_node_status', args: {} },
  { tool: 'kubectl_node_status', args: { name: 'node-b' } },
];
