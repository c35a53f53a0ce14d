import type { JsonObject } from '../../../src/lib/json.ts';
import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import { event, startEvents } from '../events.ts';
import {
  deployment,
  type PodTemplate,
  replicaSet,
  replicaSetOwner,
  uidOf,
} from '../kubernetes-objects.ts';
import { containerIdOf, pod, runningReplicas } from '../pods.ts';
import { after } from '../times.ts';
import { neighbours } from './neighbours.ts';
import { livesFrom, NEW_PODS, ROLLOUT_AT } from './times.ts';

const NAMESPACE = 'shop';
const OLD_ROLLOUT_AT = '2026-11-11T10:21:37Z';
const NODES = ['worker-a1', 'worker-b2', 'worker-a2', 'worker-b3'];

function pricing(hash: string, version: string, cacheItems: number): PodTemplate {
  return {
    namespace: NAMESPACE,
    labels: {
      'app.kubernetes.io/name': 'pricing-api',
      'app.kubernetes.io/version': version,
      'pod-template-hash': hash,
    },
    containers: [
      {
        name: 'pricing-api',
        image: `registry.example.com/shop/pricing-api:${version}`,
        port: 8080,
        probes: { readiness: '/ready', liveness: '/live' },
        env: [
          { name: 'NODE_OPTIONS', value: '--max-old-space-size=1024' },
          { name: 'PRICE_CACHE_MAX_ITEMS', value: String(cacheItems) },
          { name: 'PRICE_CACHE_WARM_ON_START', value: 'true' },
          { name: 'REDIS_URL', value: 'redis://redis.shop.svc:6379/2' },
          {
            name: 'DATABASE_URL',
            valueFrom: { secretKeyRef: { name: 'pricing-api-db', key: 'url' } },
          },
        ],
        requests: { cpu: '250m', memory: '384Mi' },
        limits: { memory: '512Mi' },
      },
    ],
  };
}

const before = pricing('5b8c7d9f64', '2.13.4', 250_000);
const IMAGE = 'registry.example.com/shop/pricing-api:2.14.0';
const released = pricing('6f7d4c8b9c', '2.14.0', 500_000);

function crashLoopingPod({ name, node, startedAt }: (typeof NEW_PODS)[number]): KubernetesObject[] {
  const lives = livesFrom(startedAt);
  const last = lives.at(-1) ?? { startedAt, finishedAt: startedAt };
  const restarts = lives.length - 1;
  const createdAt = after(startedAt, -3);
  const placement = { name, owner: replicaSetOwner('pricing-api-6f7d4c8b9c'), node, createdAt };
  const podId = `${name}_${NAMESPACE}(${uidOf('Pod', NAMESPACE, name)})`;
  const object = pod(released, placement, {
    phase: 'Running',
    changedAt: after(startedAt, -1),
    report: {
      ready: false,
      started: false,
      restartCount: restarts,
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off 5m0s restarting failed container=pricing-api pod=${podId}`,
        },
      },
      lastState: {
        terminated: {
          exitCode: 137,
          reason: 'OOMKilled',
          ...last,
          containerID: containerIdOf(name, restarts),
        },
      },
      created: true,
    },
  });
  const kubelet = { from: 'kubelet', node } as const;
  return [
    object,
    ...startEvents(object, {
      container: 'pricing-api',
      image: IMAGE,
      node,
      at: createdAt,
      pullSeconds: 1.842,
      again: { count: restarts, last: last.startedAt },
    }),
    event(object, {
      ...kubelet,
      reason: 'Pulled',
      message: `Container image "${IMAGE}" already present on machine`,
      count: restarts,
      first: lives[1]?.startedAt ?? startedAt,
      last: last.startedAt,
    }),
    event(object, {
      ...kubelet,
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
      count: 26,
      first: after(startedAt, 7),
      last: after(last.finishedAt, -5),
    }),
    event(object, {
      ...kubelet,
      type: 'Warning',
      reason: 'BackOff',
      message: `Back-off restarting failed container pricing-api in pod ${podId}`,
      count: 57,
      first: after(lives[0]?.finishedAt ?? startedAt, 1),
      last: after(last.finishedAt, 48),
    }),
  ];
}

const timedOut: JsonObject = {
  type: 'Progressing',
  status: 'False',
  reason: 'ProgressDeadlineExceeded',
  message: 'ReplicaSet "pricing-api-6f7d4c8b9c" has timed out progressing.',
  lastUpdateTime: after(ROLLOUT_AT, 602),
  lastTransitionTime: after(ROLLOUT_AT, 602),
};
const pricingDeployment = deployment({
  name: 'pricing-api',
  template: released,
  createdAt: '2026-03-02T15:40:08Z',
  revision: 38,
  replicas: 4,
  ready: 3,
  total: 5,
  updated: 2,
  conditions: [timedOut],
});
const scaling = [
  'up replica set pricing-api-6f7d4c8b9c from 0 to 1',
  'down replica set pricing-api-5b8c7d9f64 from 4 to 3',
  'up replica set pricing-api-6f7d4c8b9c from 1 to 2',
];

export const objects: KubernetesObject[] = [
  pricingDeployment,
  ...scaling.map((change) =>
    event(pricingDeployment, {
      reason: 'ScalingReplicaSet',
      message: `Scaled ${change}`,
      first: ROLLOUT_AT,
      from: 'deployment-controller',
    }),
  ),
  replicaSet({
    name: 'pricing-api-5b8c7d9f64',
    template: before,
    createdAt: OLD_ROLLOUT_AT,
    revision: 37,
    replicas: 3,
    ready: 3,
    deployment: 'pricing-api',
    desired: 4,
  }),
  replicaSet({
    name: 'pricing-api-6f7d4c8b9c',
    template: released,
    createdAt: ROLLOUT_AT,
    revision: 38,
    replicas: 2,
    ready: 0,
    deployment: 'pricing-api',
    desired: 4,
  }),
  ...runningReplicas({
    template: before,
    replicaSet: 'pricing-api-5b8c7d9f64',
    createdAt: OLD_ROLLOUT_AT,
    nodes: NODES,
    suffixes: ['hn4wz', 'r9c2k', 'xv6jt'],
  }),
  ...NEW_PODS.flatMap(crashLoopingPod),
  ...neighbours,
];
