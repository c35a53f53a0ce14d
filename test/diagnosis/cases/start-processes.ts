import type { FailureMode } from '../../../src/report/failure-modes.ts';
import type { DiagnosisCase } from '../case.ts';
import { creating, initContainer } from '../starting.ts';

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

/** Containers whose process is not let run, or not there. */
export const startProcesses: DiagnosisCase[] = [
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
