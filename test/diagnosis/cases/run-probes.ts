import type { DiagnosisCase } from '../case.ts';
import type { Tree } from '../merge-patch.ts';
import type { World } from '../world.ts';

const TIMES = { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 };

function probe(handler: Tree): Tree {
  return { tcpSocket: null, ...TIMES, ...handler };
}

/** The kubelet ends a container again and again; it leaves on SIGTERM or is killed after its grace period. */
function killedByLiveness(
  world: World,
  name: string,
  {
    message,
    exitCode = 143,
    event = true,
  }: { message: string; exitCode?: number; event?: boolean },
): void {
  const app = world.app(name);
  app.crash({ exitCode, restarts: 7, secondsAgo: 1100 });
  if (!event) return;
  for (const pod of app.pods) {
    world.event(pod, {
      type: 'Warning',
      reason: 'Unhealthy',
      message: `Liveness probe failed: ${message}`,
      count: 21,
      first: 1100,
      last: 40,
    });
    world.event(pod, {
      reason: 'Killing',
      message: `Container ${name} failed liveness probe, will be restarted`,
      count: 7,
      first: 1080,
      last: 95,
    });
  }
}

const at = (object: `${string}/${string}`): DiagnosisCase['expected'] => ({
  causes: [{ failureMode: 'probe-misconfigured', object }],
});

/** Probes that fail by what they are. */
export const runProbes: DiagnosisCase[] = [
  {
    name: 'liveness-probe-at-a-port-that-nobody-has',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'payment' } },
    arrange(world) {
      world.app('payment').patchContainer({ livenessProbe: probe({ tcpSocket: { port: 50052 } }) });
      killedByLiveness(world, 'payment', {
        message: 'dial tcp 10.244.1.31:50052: connect: connection refused',
      });
    },
    expected: at('Deployment/payment'),
  },
  {
    name: 'liveness-port-wrong-and-its-events-are-gone',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.app('currency').patchContainer({ livenessProbe: probe({ grpc: { port: 7001 } }) });
      killedByLiveness(world, 'currency', { message: '', exitCode: 137, event: false });
    },
    expected: at('Deployment/currency'),
  },
  {
    name: 'readiness-port-wrong-after-a-rollout',
    family: 'run',
    alert: {
      name: 'HighErrorRate',
      labels: { service: 'frontend' },
      summary: 'frontend answers 12 % of requests with 500',
    },
    arrange(world) {
      world
        .app('catalog')
        .rollout(1500, {
          container: {
            readinessProbe: probe({ httpGet: { path: '/ready', port: 3551, scheme: 'HTTP' } }),
          },
        })
        .unready({
          secondsAgo: 1500,
          event:
            'Readiness probe failed: Get "http://10.244.2.17:3551/ready": dial tcp 10.244.2.17:3551: connect: connection refused',
        });
    },
    expected: at('Deployment/catalog'),
  },
  {
    name: 'readiness-at-a-named-port-that-is-not-declared',
    family: 'run',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'recommendation' } },
    arrange(world) {
      world
        .app('recommendation')
        .patchContainer({ readinessProbe: probe({ tcpSocket: { port: 'http' } }) })
        .unready({ secondsAgo: 1300 });
    },
    expected: at('Deployment/recommendation'),
  },
  {
    name: 'http-probe-on-a-grpc-port',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.app('shipping').patchContainer({
        livenessProbe: probe({ httpGet: { path: '/', port: 50052, scheme: 'HTTP' } }),
        readinessProbe: probe({ grpc: { port: 50052 } }),
      });
      killedByLiveness(world, 'shipping', {
        message:
          'Get "http://10.244.1.12:50052/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00"',
      });
    },
    expected: at('Deployment/shipping'),
  },
  {
    name: 'https-probe-on-a-plain-port',
    family: 'run',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'email' } },
    arrange(world) {
      world
        .app('email')
        .patchContainer({
          readinessProbe: probe({ httpGet: { path: '/healthz', port: 8080, scheme: 'HTTPS' } }),
        })
        .unready({
          secondsAgo: 1200,
          event:
            'Readiness probe failed: Get "https://10.244.0.9:8080/healthz": http: server gave HTTP response to HTTPS client',
        });
    },
    expected: at('Deployment/email'),
  },
  {
    name: 'grpc-probe-on-an-http-port-without-events',
    family: 'run',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'ads' } },
    arrange(world) {
      world
        .app('ads')
        .patchContainer({
          livenessProbe: probe({ httpGet: { path: '/', port: 9555, scheme: 'HTTP' } }),
          readinessProbe: probe({ grpc: { port: 9555 } }),
        })
        .unready({ secondsAgo: 1200 });
    },
    expected: at('Deployment/ads'),
  },
  {
    name: 'probe-path-that-the-new-version-does-not-have',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { pod: 'orders-x' } },
    arrange(world) {
      world.app('orders').rollout(1800, {
        container: {
          livenessProbe: probe({
            httpGet: { path: '/actuator/helth', port: 8082, scheme: 'HTTP' },
          }),
        },
      });
      killedByLiveness(world, 'orders', { message: 'HTTP probe failed with statuscode: 404' });
    },
    expected: at('Deployment/orders'),
  },
  {
    name: 'liveness-too-early-for-a-slow-start',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'orders' } },
    arrange(world) {
      world.app('orders').rollout(1700, {
        container: {
          livenessProbe: probe({
            tcpSocket: { port: 8082 },
            initialDelaySeconds: 5,
            periodSeconds: 5,
            failureThreshold: 2,
          }),
        },
      });
      killedByLiveness(world, 'orders', {
        message: 'dial tcp 10.244.1.20:8082: connect: connection refused',
      });
      world
        .app('orders')
        .logs([{ secondsAgo: 88, text: 'INFO Starting OrdersApplication using Java 21.0.4' }]);
    },
    expected: at('Deployment/orders'),
  },
  {
    name: 'liveness-fails-once-and-kills',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.app('payment').patchContainer({
        livenessProbe: probe({
          grpc: { port: 50051 },
          initialDelaySeconds: 1,
          periodSeconds: 1,
          failureThreshold: 1,
        }),
      });
      killedByLiveness(world, 'payment', {
        message:
          'timeout: failed to connect service "10.244.2.3:50051" within 1s: context deadline exceeded',
        exitCode: 137,
      });
    },
    expected: at('Deployment/payment'),
  },
  {
    name: 'a-failing-probe-that-only-tells-of-a-crash',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'recommendation' } },
    arrange(world) {
      world.app('recommendation').crash({
        exitCode: 1,
        log: [
          'Traceback (most recent call last):',
          '  File "/app/server.py", line 87, in <module>',
          "TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'",
        ],
      });
      world.event(world.app('recommendation').pod, {
        type: 'Warning',
        reason: 'Unhealthy',
        message: 'Readiness probe failed: dial tcp 10.244.1.8:8081: connect: connection refused',
        count: 12,
        first: 900,
        last: 60,
      });
    },
    expected: {
      causes: [{ failureMode: 'application-crash', object: 'Deployment/recommendation' }],
    },
  },
];
