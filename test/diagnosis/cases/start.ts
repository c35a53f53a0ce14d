import type { FailureMode } from '../../../src/report/failure-modes.ts';
import type { DiagnosisCase } from '../case.ts';
import { creating, kubeletWarns } from '../starting.ts';

const ERRORS = { name: 'HighErrorRate', labels: { service: 'frontend' } };

function waiting(deployment: string): DiagnosisCase['alert'] {
  return { name: 'KubeContainerWaiting', labels: { deployment } };
}

function of(failureMode: FailureMode, object: `${string}/${string}`): DiagnosisCase['expected'] {
  return { causes: [{ failureMode, object }] };
}

/** Containers whose configuration or volumes are not there. */
export const start: DiagnosisCase[] = [
  {
    name: 'secret-that-does-not-exist',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      const orders = world.app('orders').rollout(1000);
      orders.waiting({
        reason: 'CreateContainerConfigError',
        message: 'secret "orders-db-credentials" not found',
      });
      kubeletWarns(world, orders, 'Failed', 'Error: secret "orders-db-credentials" not found');
    },
    expected: of('missing-config', 'Deployment/orders'),
  },
  {
    name: 'key-that-its-secret-lacks',
    family: 'start',
    alert: waiting('payment'),
    arrange(world) {
      world.app('payment').waiting({
        reason: 'CreateContainerConfigError',
        message: "couldn't find key API_KEY in Secret shop/payment-provider",
      });
    },
    expected: of('missing-config', 'Deployment/payment'),
  },
  {
    name: 'secret-volume-that-cannot-be-filled',
    family: 'start',
    alert: waiting('checkout'),
    arrange(world) {
      creating(
        world,
        world.app('checkout'),
        'FailedMount',
        'MountVolume.SetUp failed for volume "tls" : secret "checkout-tls" not found',
      );
    },
    expected: of('missing-config', 'Deployment/checkout'),
  },
  {
    name: 'config-map-renamed-and-no-event',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      world.app('catalog').patchContainer({ envFrom: [{ configMapRef: { name: 'catalog-env' } }] });
      world.app('catalog').waiting({ reason: 'ContainerCreating', message: '' });
    },
    expected: of('missing-config', 'Deployment/catalog'),
  },
  {
    name: 'nfs-server-that-denies',
    family: 'start',
    alert: waiting('email'),
    arrange(world) {
      const email = world.app('email');
      creating(
        world,
        email,
        'FailedMount',
        'MountVolume.SetUp failed for volume "templates" : mount failed: exit status 32 Mounting command: mount Mounting arguments: -t nfs nfs.example:/templates Output: mount.nfs: access denied by server while mounting nfs.example:/templates',
      );
      kubeletWarns(
        world,
        email,
        'FailedMount',
        'Unable to attach or mount volumes: unmounted volumes=[templates], unattached volumes=[templates]: timed out waiting for the condition',
      );
    },
    expected: of('volume-mount-failed', 'Deployment/email'),
  },
  {
    name: 'disk-still-attached-elsewhere',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      creating(
        world,
        world.app('cart-redis'),
        'FailedAttachVolume',
        'Multi-Attach error for volume "pv-cart-redis" Volume is already exclusively attached to one node and can\'t be attached to another',
      );
    },
    expected: of('volume-mount-failed', 'StatefulSet/cart-redis'),
  },
  {
    name: 'data-directory-of-another-user',
    family: 'start',
    alert: { name: 'KubePodCrashLooping', labels: { statefulset: 'orders-db' } },
    arrange(world) {
      world
        .app('orders-db')
        .patchContainer({ volumeMounts: [{ name: 'data', mountPath: '/var/lib/postgresql/data' }] })
        .crash({
          exitCode: 1,
          log: [
            'initdb: error: could not change permissions of directory "/var/lib/postgresql/data": Operation not permitted',
          ],
        });
    },
    expected: of('volume-mount-failed', 'StatefulSet/orders-db'),
  },
];
