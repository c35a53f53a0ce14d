import type { JsonObject } from '../../../src/lib/json.ts';
import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import { event, startEvents } from '../events.ts';
import {
  deployment,
  type PodTemplate,
  replicaSet,
  replicaSetOwner,
} from '../kubernetes-objects.ts';
import { completedPod, pod, runningReplicas } from '../pods.ts';
import { after } from '../times.ts';
import { NEW_PODS, OLD_IMAGE, ROLLOUT_AT, WANTED_IMAGE } from './times.ts';

const NAMESPACE = 'web';
const OLD_ROLLOUT_AT = '2026-11-07T11:44:05Z';
const NODES = ['worker-a1', 'worker-b2', 'worker-a3', 'worker-b3', 'worker-a2'];

function app(name: string, image: string, hash: string, memory: string): PodTemplate {
  return {
    namespace: NAMESPACE,
    labels: {
      'app.kubernetes.io/instance': name,
      'app.kubernetes.io/managed-by': 'argocd',
      'app.kubernetes.io/name': name,
      'pod-template-hash': hash,
    },
    containers: [
      {
        name,
        image,
        port: 3000,
        probes: { readiness: '/healthz', liveness: '/healthz' },
        env: [
          { name: 'NODE_ENV', value: 'production' },
          { name: 'SEARCH_API', value: 'http://search-api.web.svc:3000' },
        ],
        requests: { cpu: '300m', memory },
        limits: { memory },
      },
    ],
  };
}

const before = app('storefront', OLD_IMAGE, '7c6f9d5b88', '512Mi');
const released = app('storefront', WANTED_IMAGE, '85d9b7c4f6', '512Mi');

const NOT_FOUND =
  `rpc error: code = NotFound desc = failed to pull and unpack image "${WANTED_IMAGE}": ` +
  `failed to resolve reference "${WANTED_IMAGE}": ${WANTED_IMAGE}: not found`;

/** Ten attempts so far: the kubelet doubles the pause between them from 10 s up to 5 min. */
function unpulledPod({ name, node }: (typeof NEW_PODS)[number]): KubernetesObject[] {
  const createdAt = ROLLOUT_AT;
  const owner = replicaSetOwner('storefront-85d9b7c4f6');
  const object = pod(
    released,
    { name, owner, node, createdAt },
    {
      phase: 'Pending',
      changedAt: createdAt,
      report: {
        ready: false,
        started: false,
        restartCount: 0,
        state: {
          waiting: {
            reason: 'ImagePullBackOff',
            message: `Back-off pulling image "${WANTED_IMAGE}": ErrImagePull: ${NOT_FOUND}`,
          },
        },
        lastState: {},
        created: false,
      },
    },
  );
  const attempts = { count: 10, first: after(createdAt, 1), last: after(createdAt, 1_527) };
  const waits = { count: 112, first: after(createdAt, 3), last: after(createdAt, 1_541) };
  const kubelet = { from: 'kubelet', node } as const;
  const warning = { ...kubelet, type: 'Warning' } as const;
  const failed = { ...attempts, first: after(createdAt, 2), last: after(createdAt, 1_528) };
  return [
    object,
    event(object, {
      reason: 'Scheduled',
      message: `Successfully assigned ${NAMESPACE}/${name} to ${node}`,
      first: createdAt,
      from: 'default-scheduler',
    }),
    event(object, {
      ...kubelet,
      ...attempts,
      reason: 'Pulling',
      message: `Pulling image "${WANTED_IMAGE}"`,
    }),
    event(object, {
      ...warning,
      ...failed,
      reason: 'Failed',
      message: `Failed to pull image "${WANTED_IMAGE}": ${NOT_FOUND}`,
    }),
    event(object, { ...warning, ...failed, reason: 'Failed', message: 'Error: ErrImagePull' }),
    event(object, {
      ...kubelet,
      ...waits,
      reason: 'BackOff',
      message: `Back-off pulling image "${WANTED_IMAGE}"`,
    }),
    event(object, { ...warning, ...waits, reason: 'Failed', message: 'Error: ImagePullBackOff' }),
  ];
}

/** A CronJob of the same registry, which the same kubelets could pull in the middle of the trouble. */
function sitemap(minutes: string, node: string, createdAt: string, suffix: string) {
  const image = 'registry.example.com/web/sitemap:2026.10.28-1';
  const template: PodTemplate = {
    namespace: NAMESPACE,
    labels: {
      'app.kubernetes.io/name': 'sitemap',
      'batch.kubernetes.io/job-name': `sitemap-${minutes}`,
    },
    restartPolicy: 'OnFailure',
    containers: [
      {
        name: 'sitemap',
        image,
        imagePullPolicy: 'Always',
        requests: { cpu: '100m', memory: '128Mi' },
        limits: { memory: '256Mi' },
      },
    ],
  };
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: `sitemap-${minutes}` };
  const name = `sitemap-${minutes}-${suffix}`;
  const object = completedPod(template, { name, owner, node, createdAt }, 19);
  return [
    object,
    ...startEvents(object, {
      container: 'sitemap',
      image,
      node,
      at: createdAt,
      pullSeconds: 0.731,
    }),
  ];
}

const conditions: JsonObject[] = [
  {
    type: 'Available',
    status: 'True',
    reason: 'MinimumReplicasAvailable',
    message: 'Deployment has minimum availability.',
    lastUpdateTime: OLD_ROLLOUT_AT,
    lastTransitionTime: OLD_ROLLOUT_AT,
  },
  {
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: 'ReplicaSet "storefront-85d9b7c4f6" has timed out progressing.',
    lastUpdateTime: after(ROLLOUT_AT, 601),
    lastTransitionTime: after(ROLLOUT_AT, 601),
  },
];
const storefront = deployment({
  name: 'storefront',
  template: released,
  createdAt: '2025-06-17T08:12:51Z',
  revision: 91,
  replicas: 6,
  ready: 5,
  total: 8,
  updated: 3,
  conditions,
});
const scaling = [
  'up replica set storefront-85d9b7c4f6 from 0 to 2',
  'down replica set storefront-7c6f9d5b88 from 6 to 5',
  'up replica set storefront-85d9b7c4f6 from 2 to 3',
];
const shared = { deployment: 'storefront', desired: 6 };

export const objects: KubernetesObject[] = [
  storefront,
  ...scaling.map((change) =>
    event(storefront, {
      reason: 'ScalingReplicaSet',
      message: `Scaled ${change}`,
      first: ROLLOUT_AT,
      from: 'deployment-controller',
    }),
  ),
  replicaSet({
    ...shared,
    name: 'storefront-7c6f9d5b88',
    template: before,
    createdAt: OLD_ROLLOUT_AT,
    revision: 90,
    replicas: 5,
    ready: 5,
  }),
  replicaSet({
    ...shared,
    name: 'storefront-85d9b7c4f6',
    template: released,
    createdAt: ROLLOUT_AT,
    revision: 91,
    replicas: 3,
    ready: 0,
  }),
  ...runningReplicas({
    template: before,
    replicaSet: 'storefront-7c6f9d5b88',
    createdAt: OLD_ROLLOUT_AT,
    nodes: NODES,
    suffixes: ['4wqzx', '8dnrl', 'c5vtj', 'm2kgh', 'zp7sb'],
  }),
  ...NEW_PODS.flatMap(unpulledPod),
  ...runningReplicas({
    template: app(
      'search-api',
      'registry.example.com/web/search-api:2026.11.12-3',
      '66b8fd94c7',
      '1Gi',
    ),
    replicaSet: 'search-api-66b8fd94c7',
    createdAt: '2026-11-12T09:30:26Z',
    nodes: ['worker-b1', 'worker-a1'],
    suffixes: ['gk6x2', 'rw49v'],
  }),
  ...sitemap('29918385', 'worker-b3', '2026-11-19T15:45:00Z', 'dq8hz'),
  ...sitemap('29918415', 'worker-b1', '2026-11-19T16:15:00Z', 'n4xvc'),
];
