import type { DiagnosisCase } from '../case.ts';
import { trainTicket, trainTicketWithRequests } from '../train.ts';
import { callFails, edgeFails } from '../train-logs.ts';
import type { World } from '../world.ts';
import { GATEWAY, NAMESPACE, podsRefused, USERS } from './blind-train-tools.ts';

function quota(world: World, key: string, hard: string, used: string): void {
  world.patch('ResourceQuota', 'ts-quota', {
    spec: { hard: { [key]: hard } },
    status: { hard: { [key]: hard }, used: { [key]: used } },
  });
}

const QUOTA = { failureMode: 'quota-exceeded', object: 'ResourceQuota/ts-quota' } as const;

/** What the API server does not take. */
export const blindTrainAdmission: DiagnosisCase[] = [
  {
    name: 'blind-train-no-cpu-left-in-the-quota-for-food',
    family: 'admission',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      quota(world, 'requests.cpu', '6200m', '6200m');
      podsRefused(
        world,
        'ts-food-service',
        (pod) =>
          `pods "${pod}" is forbidden: exceeded quota: ts-quota, requested: requests.cpu=100m, used: requests.cpu=6200m, limited: requests.cpu=6200m`,
      );
      callFails(world, 'ts-preserve-service', 'ts-food-service', 'refused', { path: 'orders' });
      edgeFails(world, '/api/v1/foodservice/foods/2026-10-05/shanghai/suzhou/D1345');
    },
    expected: { causes: [QUOTA] },
  },
  {
    name: 'blind-train-memory-quota-after-the-events-are-gone',
    family: 'admission',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      quota(world, 'requests.memory', '18Gi', '18Gi');
      podsRefused(
        world,
        'ts-travel2-service',
        (pod) =>
          `pods "${pod}" is forbidden: exceeded quota: ts-quota, requested: requests.memory=300Mi, used: requests.memory=18Gi, limited: requests.memory=18Gi`,
        { events: false, secondsAgo: 5_000 },
      );
      callFails(world, 'ts-route-plan-service', 'ts-travel2-service', 'refused');
    },
    expected: { causes: [QUOTA] },
  },
  {
    name: 'blind-train-quota-of-pods-is-used-up',
    family: 'admission',
    system: trainTicketWithRequests,
    alert: GATEWAY,
    arrange(world) {
      quota(world, 'pods', '57', '57');
      podsRefused(
        world,
        'ts-security-service',
        (pod) =>
          `pods "${pod}" is forbidden: exceeded quota: ts-quota, requested: pods=1, used: pods=57, limited: pods=57`,
      );
      callFails(world, 'ts-preserve-service', 'ts-security-service', 'refused');
      edgeFails(world, '/api/v1/preserveservice/preserve');
    },
    expected: { causes: [QUOTA] },
  },
  {
    name: 'blind-train-quota-of-services-kept-one-from-being-made-again',
    family: 'admission',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      quota(world, 'services', '52', '52');
      world.remove('Service', 'ts-train-food-service');
      callFails(world, 'ts-food-service', 'ts-train-food-service', 'unknown-host');
      edgeFails(world, '/api/v1/foodservice/foods');
    },
    expected: { causes: [QUOTA] },
  },
  {
    name: 'blind-train-storage-quota-refuses-the-claim-of-a-store',
    family: 'admission',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      world.create(
        'v1',
        'ResourceQuota',
        { name: 'ts-storage' },
        {
          spec: { hard: { 'requests.storage': '90Gi' } },
          status: { hard: { 'requests.storage': '90Gi' }, used: { 'requests.storage': '90Gi' } },
        },
      );
      const app = world.app('nacosdb-mysql');
      const last = app.pods.at(-1)?.metadata.name ?? '';
      world.remove('PersistentVolumeClaim', `data-${last}`);
      world.remove('Pod', last);
      world.patch('StatefulSet', 'nacosdb-mysql', {
        status: { replicas: 2, readyReplicas: 2, availableReplicas: 2 },
      });
      world.event(app.workload, {
        type: 'Warning',
        reason: 'FailedCreate',
        message: `create Pod ${last} in StatefulSet nacosdb-mysql failed error: failed to create PVC data-${last}: persistentvolumeclaims "data-${last}" is forbidden: exceeded quota: ts-storage, requested: requests.storage=10Gi, used: requests.storage=90Gi, limited: requests.storage=90Gi`,
        count: 15,
        first: 1_500,
        last: 380,
        from: 'statefulset-controller',
      });
    },
    expected: { causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/ts-storage' }] },
  },
  {
    name: 'blind-train-payment-names-a-service-account-nobody-made',
    family: 'admission',
    system: trainTicketWithRequests,
    alert: GATEWAY,
    arrange(world) {
      world
        .app('ts-payment-service')
        .rollout(900, { spec: { serviceAccountName: 'ts-payment', serviceAccount: 'ts-payment' } });
      podsRefused(
        world,
        'ts-payment-service',
        (pod) =>
          `pods "${pod}" is forbidden: error looking up service account ts/ts-payment: serviceaccount "ts-payment" not found`,
      );
      callFails(world, 'ts-inside-payment-service', 'ts-payment-service', 'refused');
      edgeFails(world, '/api/v1/inside_pay_service/inside_payment');
    },
    expected: {
      causes: [
        { failureMode: 'missing-service-account', object: 'Deployment/ts-payment-service' },
        { failureMode: 'missing-service-account', object: 'ServiceAccount/ts-payment' },
      ],
    },
  },
];
