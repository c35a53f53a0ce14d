import type { TimeWindow } from '../../src/alert/window.ts';
import type { KubernetesObject } from '../fakes/kubernetes.ts';
import type { FakeSeries } from '../fakes/prometheus.ts';

/** A small shop in trouble, as plain objects of the systems that watch it. Its incident was at 03:12. */
export const WINDOW: TimeWindow = {
  from: '2026-11-21T02:12:00.000Z',
  to: '2026-11-21T03:12:00.000Z',
};

/** Unix seconds of a time of that night. */
function at(time: string): number {
  return Date.parse(`2026-11-21T${time}Z`) / 1000;
}

/** Unix nanoseconds, as Loki has them, of a time of that night. */
export function ns(time: string, nanoseconds = '000000000'): string {
  return `${at(time)}${nanoseconds}`;
}

export function namespace(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

interface PodShape {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  owner?: { kind: string; name: string };
  created?: string;
  deletionTimestamp?: string;
  annotations?: Record<string, string>;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

export function pod(shape: PodShape): KubernetesObject {
  const { name, namespace = 'shop', labels = {}, owner, annotations = {} } = shape;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      labels,
      annotations,
      creationTimestamp: shape.created ?? '2026-11-18T03:12:00Z',
      ...(shape.deletionTimestamp ? { deletionTimestamp: shape.deletionTimestamp } : {}),
      ...(owner
        ? { ownerReferences: [{ apiVersion: 'apps/v1', controller: true, ...owner }] }
        : {}),
    },
    spec: { nodeName: 'node-a', containers: [{ name: 'app', image: 'app:1' }], ...shape.spec },
    status: {
      phase: 'Running',
      startTime: shape.created ?? '2026-11-18T03:12:01Z',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [running('app')],
      ...shape.status,
    },
  };
}

export function running(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name,
    ready: true,
    started: true,
    restartCount: 0,
    image: 'app:1',
    imageID: 'registry.example/app@sha256:0f1e2d',
    state: { running: { startedAt: '2026-11-18T03:12:05Z' } },
    lastState: {},
    ...more,
  };
}

/** A container that the kernel keeps killing. */
export const OOM_STATUS = running('app', {
  ready: false,
  started: false,
  restartCount: 7,
  state: {
    waiting: {
      reason: 'CrashLoopBackOff',
      message:
        'back-off 5m0s restarting failed container=app pod=checkout-6b9f7c9d4-x2x4p_shop(uid-checkout)',
    },
  },
  lastState: {
    terminated: {
      exitCode: 137,
      reason: 'OOMKilled',
      startedAt: '2026-11-21T03:10:02Z',
      finishedAt: '2026-11-21T03:11:40Z',
    },
  },
});

const CHECKOUT = 'checkout-6b9f7c9d4';

export const OOM_POD = pod({
  name: `${CHECKOUT}-x2x4p`,
  labels: { app: 'checkout', version: '1.4.2', 'pod-template-hash': '6b9f7c9d4' },
  owner: { kind: 'ReplicaSet', name: CHECKOUT },
  annotations: {
    'kubectl.kubernetes.io/last-applied-configuration': '{"password":"annotation-hunter2"}',
    'kubectl.kubernetes.io/restartedAt': '2026-11-21T02:40:00Z',
  },
  spec: {
    serviceAccountName: 'checkout',
    containers: [
      {
        name: 'app',
        image: 'registry.example/shop/checkout:1.4.2',
        command: ['node', 'server.js'],
        args: ['--api-token', 'flag-hunter2', '--port=8080'],
        ports: [{ containerPort: 8080, protocol: 'TCP', name: 'http' }],
        resources: {
          requests: { cpu: '100m', memory: '128Mi' },
          limits: { memory: '256Mi' },
        },
        livenessProbe: {
          httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
          initialDelaySeconds: 10,
        },
        readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 5 },
        env: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'DB_PASS', value: 'literal-hunter2' },
          { name: 'STRIPE_KEY', value: 'literal-hunter3' },
          { name: 'TOKEN_URL', value: 'https://auth.example/token' },
          { name: 'DATABASE_URL', value: 'postgres://orders:url-hunter2@orders-db:5432/orders' },
          {
            name: 'DB_PASSWORD',
            valueFrom: { secretKeyRef: { name: 'orders-db', key: 'password' } },
          },
          { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        ],
        envFrom: [{ configMapRef: { name: 'checkout' } }],
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          {
            name: 'kube-api-access-xyz',
            mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
            readOnly: true,
          },
        ],
      },
    ],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'checkout-data' } },
      { name: 'tls', secret: { secretName: 'checkout-tls' } },
      { name: 'kube-api-access-xyz', projected: { sources: [] } },
    ],
  },
  status: {
    qosClass: 'Burstable',
    podIP: '10.1.2.3',
    conditions: [
      { type: 'Initialized', status: 'True', lastTransitionTime: '2026-11-21T02:40:05Z' },
      {
        type: 'Ready',
        status: 'False',
        reason: 'ContainersNotReady',
        message: 'containers with unready status: [app]',
        lastTransitionTime: '2026-11-21T03:11:40Z',
      },
    ],
    containerStatuses: [OOM_STATUS],
  },
});

const PULL_POD = pod({
  name: 'web-5c7d8-q9w8e',
  created: '2026-11-21T03:02:00Z',
  owner: { kind: 'ReplicaSet', name: 'web-5c7d8' },
  labels: { app: 'web', 'pod-template-hash': '5c7d8' },
  status: {
    phase: 'Pending',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [
      running('app', {
        ready: false,
        started: false,
        state: {
          waiting: {
            reason: 'ImagePullBackOff',
            message: 'Back-off pulling image "registry.example/shop/web:1.9.O": not found',
          },
        },
      }),
    ],
  },
});

const UNSCHEDULABLE_POD = pod({
  name: 'search-0',
  created: '2026-11-21T03:05:00Z',
  owner: { kind: 'StatefulSet', name: 'search' },
  labels: { app: 'search' },
  spec: {
    nodeName: '',
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'batch', operator: 'Exists' }],
  },
  status: {
    phase: 'Pending',
    startTime: null,
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: '0/3 nodes are available: 3 Insufficient memory.',
      },
    ],
    containerStatuses: [],
  },
});

export function cartPods(count: number): KubernetesObject[] {
  return Array.from({ length: count }, (_, index) =>
    pod({
      name: `cart-78c5f-${String(index).padStart(5, '0')}`,
      owner: { kind: 'ReplicaSet', name: 'cart-78c5f' },
      labels: { app: 'cart', 'pod-template-hash': '78c5f' },
      spec: { nodeName: `node-${'abc'[index % 3]}` },
    }),
  );
}

export function event(
  name: string,
  reason: string,
  message: string,
  more: Record<string, unknown> = {},
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${reason}`,
      namespace: 'shop',
      creationTimestamp: '2026-11-21T03:00:00Z',
    },
    involvedObject: { kind: 'Pod', namespace: 'shop', name, uid: `uid-${name}` },
    type: 'Warning',
    reason,
    message,
    source: { component: 'kubelet' },
    ...more,
  };
}

export const SHOP: KubernetesObject[] = [
  namespace('shop'),
  namespace('quiet'),
  ...cartPods(3),
  OOM_POD,
  PULL_POD,
  UNSCHEDULABLE_POD,
  pod({
    name: 'report-28912345-zzzzz',
    owner: { kind: 'Job', name: 'report-28912345' },
    status: {
      phase: 'Succeeded',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        running('app', {
          ready: false,
          state: {
            terminated: { exitCode: 0, reason: 'Completed', finishedAt: '2026-11-21T01:00:00Z' },
          },
        }),
      ],
    },
  }),
  event(
    `${CHECKOUT}-x2x4p`,
    'BackOff',
    'Back-off restarting failed container app in pod checkout',
    {
      count: 12,
      firstTimestamp: '2026-11-21T02:45:00Z',
      lastTimestamp: '2026-11-21T03:11:45Z',
    },
  ),
  event(`${CHECKOUT}-x2x4p`, 'Scheduled', 'Successfully assigned shop/checkout to node-a', {
    type: 'Normal',
    eventTime: '2026-11-21T02:40:01.000000Z',
    source: null,
    reportingComponent: 'default-scheduler',
  }),
  event(`${CHECKOUT}-x2x4p`, 'Killing', 'Stopping container app', {
    involvedObject: {
      kind: 'Pod',
      namespace: 'shop',
      name: `${CHECKOUT}-x2x4p`,
      uid: 'uid-earlier',
    },
  }),
];

/** One sample every 15 s from 02:00 to 03:12, as `value` makes it from the minutes since 02:00. */
export function sampled(
  metric: Record<string, string>,
  value: (minute: number) => number | string | null,
): FakeSeries {
  const values = Array.from({ length: 289 }, (_, index) => index * 15).flatMap(
    (second): [number, string][] => {
      const made = value(second / 60);
      return made === null ? [] : [[at('02:00:00') + second, String(made)]];
    },
  );
  return { metric, values };
}
