import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import { event } from '../events.ts';
import {
  deployment,
  type PodTemplate,
  replicaSet,
  replicaSetOwner,
} from '../kubernetes-objects.ts';
import { completedPod, pod, runningPod, runningReplicas } from '../pods.ts';
import { after } from '../times.ts';
import { billing } from './billing.ts';
import { NOW, ORDERS_API, READY_PODS, UNREADY_PODS } from './times.ts';

const NODES = ['worker-a2', 'worker-b1', 'worker-b3', 'worker-a3'];
const RELEASED_AT = '2026-11-13T09:05:48Z';

const ordersApi: PodTemplate = {
  namespace: 'orders',
  labels: {
    'app.kubernetes.io/name': 'orders-api',
    'app.kubernetes.io/version': '5.22.1',
    'pod-template-hash': '7d5c9f8b64',
  },
  containers: [
    {
      name: 'orders-api',
      image: 'registry.example.com/commerce/orders-api:5.22.1',
      port: 8080,
      probes: { readiness: '/readyz', liveness: '/livez' },
      env: [
        { name: 'DATABASE_HOST', value: 'commerce-db.data.svc.cluster.local' },
        { name: 'DATABASE_NAME', value: 'commerce' },
        { name: 'DATABASE_USER', value: 'orders_api' },
        {
          name: 'DATABASE_PASSWORD',
          valueFrom: { secretKeyRef: { name: 'orders-api-db', key: 'password' } },
        },
        { name: 'DB_POOL_MAX', value: '10' },
        { name: 'DB_CONN_MAX_LIFETIME', value: '10m' },
      ],
      requests: { cpu: '500m', memory: '256Mi' },
      limits: { memory: '512Mi' },
    },
  ],
};

function unreadyPod({ suffix, node, since }: (typeof UNREADY_PODS)[number]): KubernetesObject[] {
  const createdAt = after(RELEASED_AT, 21);
  const placement = {
    name: `${ORDERS_API}-${suffix}`,
    owner: replicaSetOwner(ORDERS_API),
    node,
    createdAt,
  };
  const object = pod(ordersApi, placement, {
    phase: 'Running',
    changedAt: since,
    report: {
      ready: false,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: after(createdAt, 3) } },
      lastState: {},
      created: true,
    },
  });
  const first = after(since, -20);
  return [
    object,
    event(object, {
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
      count: Math.floor((Date.parse(NOW) - Date.parse(first)) / 10_000) + 1,
      first,
      last: after(NOW, -4),
      from: 'kubelet',
      node,
    }),
  ];
}

function simple(namespace: string, name: string, image: string, hash: string | null): PodTemplate {
  return {
    namespace,
    labels: {
      'app.kubernetes.io/name': name,
      ...(hash === null ? {} : { 'pod-template-hash': hash }),
    },
    containers: [
      { name, image, requests: { cpu: '200m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    ],
  };
}

const commerce = (name: string) => `registry.example.com/commerce/${name}:5.22.1`;

const orders: KubernetesObject[] = [
  deployment({
    name: 'orders-api',
    template: ordersApi,
    createdAt: '2025-09-02T07:55:10Z',
    revision: 64,
    replicas: 6,
    ready: 4,
    total: 6,
    updated: 6,
    conditions: [
      {
        type: 'Progressing',
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: `ReplicaSet "${ORDERS_API}" has successfully progressed.`,
        lastUpdateTime: after(RELEASED_AT, 84),
        lastTransitionTime: '2025-09-02T07:55:10Z',
      },
    ],
  }),
  replicaSet({
    name: ORDERS_API,
    template: ordersApi,
    createdAt: RELEASED_AT,
    revision: 64,
    replicas: 6,
    ready: 4,
    deployment: 'orders-api',
    desired: 6,
  }),
  ...runningReplicas({
    template: ordersApi,
    replicaSet: ORDERS_API,
    createdAt: RELEASED_AT,
    nodes: NODES,
    suffixes: READY_PODS,
  }),
  ...UNREADY_PODS.flatMap(unreadyPod),
  ...runningReplicas({
    template: simple('orders', 'orders-worker', commerce('orders-worker'), '5f9c7b6d48'),
    replicaSet: 'orders-worker-5f9c7b6d48',
    createdAt: RELEASED_AT,
    nodes: NODES,
    suffixes: ['dl7xw', 'vr2kq'],
  }),
  ...runningReplicas({
    template: simple('orders', 'outbox-relay', commerce('outbox-relay'), '84d7c5f9b6'),
    replicaSet: 'outbox-relay-84d7c5f9b6',
    createdAt: RELEASED_AT,
    nodes: ['worker-b2'],
    suffixes: ['m5hzc'],
  }),
  runningPod(simple('orders', 'orders-cache', 'registry.example.com/mirror/valkey:8.0.1', null), {
    name: 'orders-cache-0',
    owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'orders-cache' },
    node: 'worker-a3',
    createdAt: '2026-09-28T06:30:00Z',
  }),
  completedPod(
    {
      ...simple('orders', 'order-archive', commerce('order-archive'), null),
      restartPolicy: 'Never',
    },
    {
      name: 'order-archive-29918940-s6wzl',
      owner: { apiVersion: 'batch/v1', kind: 'Job', name: 'order-archive-29918940' },
      node: 'worker-b3',
      createdAt: '2026-11-20T01:00:00Z',
    },
    94,
  ),
];

/** A StatefulSet's pods, numbered. */
function replicasOf(name: string, image: string, count: number, sidecar: string | null) {
  const base = simple('data', name, image, null);
  const exporter = { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '64Mi' } };
  const containers =
    sidecar === null
      ? base.containers
      : [...base.containers, { name: 'exporter', image: sidecar, ...exporter }];
  return Array.from({ length: count }, (_, index) =>
    runningPod(
      { ...base, containers },
      {
        name: `${name}-${index}`,
        owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name },
        node: NODES[index] ?? '',
        createdAt: after('2026-10-18T04:12:33Z', index * 75),
      },
    ),
  );
}

const data: KubernetesObject[] = [
  ...replicasOf(
    'commerce-db',
    'registry.example.com/mirror/postgres:16.10',
    2,
    'registry.example.com/mirror/postgres-exporter:v0.18.1',
  ),
  ...replicasOf('kafka', 'registry.example.com/mirror/kafka:4.0.0', 3, null),
  ...runningReplicas({
    template: simple(
      'data',
      'schema-registry',
      'registry.example.com/mirror/schema-registry:7.9.1',
      '6d8f7b9c55',
    ),
    replicaSet: 'schema-registry-6d8f7b9c55',
    createdAt: '2026-10-18T04:20:11Z',
    nodes: ['worker-b3'],
    suffixes: ['tw6rk'],
  }),
];

export const objects: KubernetesObject[] = [...orders, ...data, ...billing];
