import type { FailureMode } from '../../../src/report/failure-modes.ts';
import type { DiagnosisCase } from '../case.ts';
import { creating, initContainer, kubeletWarns } from '../starting.ts';

const ERRORS = { name: 'HighErrorRate', labels: { service: 'frontend' } };

function crashing(deployment: string): DiagnosisCase['alert'] {
  return { name: 'KubePodCrashLooping', labels: { deployment } };
}

function waiting(deployment: string): DiagnosisCase['alert'] {
  return { name: 'KubeContainerWaiting', labels: { deployment } };
}

function of(failureMode: FailureMode, object: `${string}/${string}`): DiagnosisCase['expected'] {
  return { causes: [{ failureMode, object }] };
}

const RUNC =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';

/** Containers that have their image and do not come to run. */
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
  {
    name: 'root-image-where-root-is-forbidden',
    family: 'start',
    alert: waiting('shipping'),
    arrange(world) {
      world
        .app('shipping')
        .rollout(1100, { spec: { securityContext: { runAsNonRoot: true } } })
        .waiting({
          reason: 'CreateContainerConfigError',
          message:
            'container has runAsNonRoot and image will run as root (pod: "shipping-1_shop(9f)", container: shipping)',
        });
    },
    expected: of('security-context', 'Deployment/shipping'),
  },
  {
    name: 'nothing-may-be-written',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      world
        .app('catalog')
        .rollout(1000, { container: { securityContext: { readOnlyRootFilesystem: true } } })
        .crash({
          exitCode: 1,
          log: [
            'Starting catalog on :3550',
            "OSError: [Errno 30] Read-only file system: '/app/cache/index.db'",
          ],
        });
    },
    expected: of('security-context', 'Deployment/catalog'),
  },
  {
    name: 'command-that-is-not-there',
    family: 'start',
    alert: crashing('recommendation'),
    arrange(world) {
      world
        .app('recommendation')
        .rollout(1000, { container: { command: ['pyhton', 'server.py'] } })
        .crash({
          exitCode: 128,
          reason: 'StartError',
          message: `${RUNC}exec: "pyhton": executable file not found in $PATH: unknown`,
        });
    },
    expected: of('bad-command', 'Deployment/recommendation'),
  },
  {
    name: 'shell-that-finds-nothing',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      world
        .app('payment')
        .patchContainer({ command: ['sh', '-c', 'nodee server.js'] })
        .crash({ exitCode: 127, log: ['sh: nodee: not found'] });
    },
    expected: of('bad-command', 'Deployment/payment'),
  },
  {
    name: 'image-for-another-processor',
    family: 'start',
    alert: crashing('currency'),
    arrange(world) {
      world
        .app('currency')
        .rollout(1300)
        .crash({
          exitCode: 255,
          log: ['exec /usr/local/bin/docker-entrypoint.sh: exec format error'],
        });
    },
    expected: of('bad-command', 'Deployment/currency'),
  },
  {
    name: 'migration-that-fails-first',
    family: 'start',
    alert: crashing('orders'),
    arrange(world) {
      initContainer(world, world.app('orders').rollout(1000), {
        name: 'migrate',
        command: ['/app/migrate', 'up'],
        state: {
          waiting: {
            reason: 'CrashLoopBackOff',
            message: 'back-off 5m0s restarting failed container=migrate',
          },
        },
        lastState: {
          terminated: {
            exitCode: 1,
            reason: 'Error',
            finishedAt: world.ago(100),
            startedAt: world.ago(110),
          },
        },
        restarts: 7,
        log: ['Dirty database version 42. Fix and force version.'],
      });
    },
    expected: of('init-container-failed', 'Deployment/orders'),
  },
  {
    name: 'waiting-for-a-name-that-nobody-has',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      initContainer(world, world.app('checkout'), {
        name: 'wait-for-queue',
        command: [
          'sh',
          '-c',
          'until nc -z rabbitmq 5672; do echo waiting for rabbitmq; sleep 2; done',
        ],
        state: { running: { startedAt: world.ago(1500) } },
        log: ["nc: bad address 'rabbitmq'", 'waiting for rabbitmq'],
      });
    },
    expected: of('init-container-failed', 'Deployment/checkout'),
  },
  {
    name: 'network-plugin-out-of-addresses',
    family: 'start',
    alert: waiting('ads'),
    arrange(world) {
      creating(
        world,
        world.app('ads'),
        'FailedCreatePodSandBox',
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "8c0a": plugin type="host-local" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254',
      );
    },
    expected: of('sandbox-failed', 'Node/node-a'),
  },
  {
    name: 'network-plugin-without-its-agent',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      const email = world.app('email');
      for (const pod of email.pods) Object.assign(pod.spec ?? {}, { nodeName: 'node-b' });
      creating(
        world,
        email,
        'FailedCreatePodSandBox',
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "77": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/',
      );
    },
    expected: of('sandbox-failed', 'Node/node-b'),
  },
];
