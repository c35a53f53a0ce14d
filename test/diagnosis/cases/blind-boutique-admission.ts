import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import {
  clusterIp,
  frontendFails,
  frontendWarns,
  orderFails,
  refused,
  unresolved,
} from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import { mergePatch, objectAt, type Tree } from '../merge-patch.ts';
import type { World } from '../world.ts';

function quota(world: World, name: string, hard: Tree, used: Tree): void {
  world.create(
    'v1',
    'ResourceQuota',
    { name, creationTimestamp: world.ago(1_300) },
    { spec: { hard }, status: { hard, used } },
  );
}

/** The ReplicaSet may not make its pod: a condition that stays, and events that are forgotten. */
function forbidden(world: World, name: string, why: string, hasEvents = true): void {
  const app = world.app(name);
  const set = app.replicaSet;
  if (set === null) return;
  const message = `pods "${set.metadata.name}-p9x2d" is forbidden: ${why}`;
  app.losePods(app.pods.length);
  const condition = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message,
    lastTransitionTime: world.ago(900),
  };
  mergePatch(objectAt(set, 'status'), { conditions: [condition], replicas: 0 });
  const conditions = objectAt(app.workload, 'status').conditions;
  objectAt(app.workload, 'status').conditions = [
    ...(Array.isArray(conditions) ? conditions : []),
    condition,
  ];
  if (hasEvents)
    world.event(set, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${message}`,
      count: 9,
      first: 900,
      last: 210,
      from: 'replicaset-controller',
    });
}

/** What is forbidden, and who may not have it. */
export const blindBoutiqueAdmission: DiagnosisCase[] = [
  boutiqueCase({
    name: 'cpu-quota-keeps-recommendation-from-coming-back',
    family: 'admission',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      quota(
        world,
        'compute-quota',
        { 'limits.cpu': '2', 'requests.cpu': '1100m' },
        { 'limits.cpu': '1925m', 'requests.cpu': '1070m' },
      );
      forbidden(
        world,
        'recommendationservice',
        'exceeded quota: compute-quota, requested: limits.cpu=200m,requests.cpu=100m, used: limits.cpu=1925m,requests.cpu=1070m, limited: limits.cpu=2,requests.cpu=1100m',
      );
      frontendWarns(
        world,
        'failed to get product recommendations',
        refused(`${clusterIp(world, 'recommendationservice')}:8080`),
      );
      meshFails(world, [['frontend', 'recommendationservice']]);
    },
    causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/compute-quota' }],
  }),
  boutiqueCase({
    name: 'memory-quota-whose-events-are-forgotten',
    family: 'admission',
    blind: true,
    arrange(world) {
      quota(world, 'mem-quota', { 'requests.memory': '1Gi' }, { 'requests.memory': '1012Mi' });
      forbidden(
        world,
        'adservice',
        'exceeded quota: mem-quota, requested: requests.memory=180Mi, used: requests.memory=1012Mi, limited: requests.memory=1Gi',
        false,
      );
    },
    causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/mem-quota' }],
  }),
  boutiqueCase({
    name: 'pod-quota-and-the-cart-is-gone',
    family: 'admission',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      quota(world, 'pod-count', { pods: '11' }, { pods: '11' });
      forbidden(
        world,
        'cartservice',
        'exceeded quota: pod-count, requested: pods=1, used: pods=11, limited: pods=11',
      );
      frontendFails(
        world,
        'could not retrieve cart',
        refused(`${clusterIp(world, 'cartservice')}:7070`),
        '/cart',
      );
      meshFails(world, [
        ['frontend', 'cartservice'],
        ['loadgenerator', 'frontend'],
      ]);
    },
    causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/pod-count' }],
  }),
  boutiqueCase({
    name: 'service-quota-and-nobody-could-make-the-email-service',
    family: 'admission',
    blind: true,
    arrange(world) {
      quota(world, 'object-counts', { services: '11' }, { services: '11' });
      world.remove('Service', 'emailservice');
      const slice = world.objects.find(
        ({ kind, metadata }) =>
          kind === 'EndpointSlice' &&
          metadata.labels?.['kubernetes.io/service-name'] === 'emailservice',
      );
      if (slice) world.remove('EndpointSlice', slice.metadata.name);
      world.app('checkoutservice').logs(
        Array.from({ length: 9 }, (_, index) => ({
          secondsAgo: 820 - index * 85,
          text: `{"message":"failed to send order confirmation to \\"someone@example.com\\": rpc error: ${unresolved('emailservice')}","severity":"warning"}`,
        })),
      );
    },
    causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/object-counts' }],
  }),
  boutiqueCase({
    name: 'storage-quota-refuses-the-claim-of-a-stateful-redis',
    family: 'admission',
    arrange(world) {
      const hard = { 'requests.storage': '5Gi', persistentvolumeclaims: '4' };
      quota(world, 'storage-quota', hard, { 'requests.storage': '0', persistentvolumeclaims: '0' });
      world.app('redis-cart').losePods(1);
      world.remove('Deployment', 'redis-cart');
      const set = world.app('redis-cart').replicaSet;
      const labels = { app: 'redis-cart' };
      const stateful = world.create(
        'apps/v1',
        'StatefulSet',
        { name: 'redis-cart', labels, creationTimestamp: world.ago(1000) },
        {
          spec: {
            replicas: 1,
            serviceName: 'redis-cart',
            selector: { matchLabels: labels },
            template: set ? structuredClone(objectAt(set, 'spec', 'template')) : {},
            volumeClaimTemplates: [
              {
                metadata: { name: 'redis-data' },
                spec: {
                  accessModes: ['ReadWriteOnce'],
                  resources: { requests: { storage: '20Gi' } },
                },
              },
            ],
          },
          status: { replicas: 0, readyReplicas: 0, availableReplicas: 0, observedGeneration: 1 },
        },
      );
      if (set) world.remove('ReplicaSet', set.metadata.name);
      const claim = 'redis-data-redis-cart-0';
      world.event(stateful, {
        type: 'Warning',
        reason: 'FailedCreate',
        message: `create Claim ${claim} for Pod redis-cart-0 in StatefulSet redis-cart failed error: persistentvolumeclaims "${claim}" is forbidden: exceeded quota: storage-quota, requested: requests.storage=20Gi, used: requests.storage=0, limited: requests.storage=5Gi`,
        count: 14,
        first: 950,
        last: 100,
        from: 'statefulset-controller',
      });
      frontendFails(
        world,
        'could not retrieve cart',
        `code = FailedPrecondition desc = Can't access cart storage. StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s). Error connecting right now.`,
        '/cart',
      );
      meshFails(world, [['frontend', 'cartservice']]);
    },
    causes: [
      { failureMode: 'quota-exceeded', object: 'ResourceQuota/storage-quota' },
      { failureMode: 'quota-exceeded', object: 'StatefulSet/redis-cart' },
    ],
  }),
  boutiqueCase({
    name: 'payment-names-an-account-that-nobody-made',
    family: 'admission',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      world.app('paymentservice').patchSpec({ serviceAccountName: 'payment-sa' });
      forbidden(
        world,
        'paymentservice',
        'error looking up service account online-boutique/payment-sa: serviceaccount "payment-sa" not found',
      );
      orderFails(
        world,
        'failed to charge card: could not charge the card',
        refused(`${clusterIp(world, 'paymentservice')}:50051`),
      );
    },
    causes: [{ failureMode: 'missing-service-account', object: 'Deployment/paymentservice' }],
  }),
  boutiqueCase({
    name: 'account-of-shipping-was-deleted-and-events-are-gone',
    family: 'admission',
    arrange(world) {
      world.remove('ServiceAccount', 'shippingservice');
      forbidden(
        world,
        'shippingservice',
        'error looking up service account online-boutique/shippingservice: serviceaccount "shippingservice" not found',
        false,
      );
      meshFails(world, [
        ['frontend', 'shippingservice'],
        ['checkoutservice', 'shippingservice'],
      ]);
    },
    causes: [
      { failureMode: 'missing-service-account', object: 'Deployment/shippingservice' },
      { failureMode: 'missing-service-account', object: 'ServiceAccount/shippingservice' },
    ],
  }),
];
