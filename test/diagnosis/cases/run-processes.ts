import type { DiagnosisCase } from '../case.ts';

/** What processes die of, and say. */
export const runProcesses: DiagnosisCase[] = [
  {
    name: 'memory-limit-lowered-by-a-rollout',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'frontend' } },
    arrange(world) {
      world
        .app('ads')
        .rollout(1600, { container: { resources: { limits: { memory: '32Mi' } } } })
        .crash({ exitCode: 137, reason: 'OOMKilled', restarts: 8, secondsAgo: 1500 });
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'Deployment/ads' }] },
  },
  {
    name: 'java-heap-too-small',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'orders' } },
    arrange(world) {
      world.app('orders').crash({
        exitCode: 3,
        log: ['Terminating due to java.lang.OutOfMemoryError: Java heap space'],
      });
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'Deployment/orders' }] },
  },
  {
    name: 'node-js-heap-too-small',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.app('currency').crash({
        exitCode: 134,
        log: [
          '<--- Last few GCs --->',
          'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
        ],
      });
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'Deployment/currency' }] },
  },
  {
    name: 'node-out-of-memory',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'cart' } },
    arrange(world) {
      world
        .app('cart')
        .crash({ exitCode: 137, restarts: 2, secondsAgo: 700 }, [world.app('cart').pod]);
      world.event(world.object('Node', 'node-a'), {
        type: 'Warning',
        reason: 'SystemOOM',
        message: 'System OOM encountered, victim process: cart, pid: 48211',
        count: 2,
        first: 720,
        last: 60,
      });
    },
    expected: { causes: [{ failureMode: 'node-oom', object: 'Node/node-a' }] },
  },
  {
    name: 'sidecar-wants-the-port-of-the-application',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'recommendation' } },
    arrange(world) {
      world.app('recommendation').crash({
        exitCode: 1,
        log: [
          "OSError: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8081): address already in use",
        ],
      });
    },
    expected: { causes: [{ failureMode: 'port-conflict', object: 'Deployment/recommendation' }] },
  },
  {
    name: 'two-containers-declare-one-port',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      const email = world.app('email');
      email.addContainer({
        name: 'metrics-agent',
        image: 'registry.example/ops/agent:2.4',
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
      });
      email.unready({ secondsAgo: 1000 });
    },
    expected: { causes: [{ failureMode: 'port-conflict', object: 'Deployment/email' }] },
  },
  {
    name: 'go-listener-finds-its-port-taken',
    family: 'run',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'checkout' } },
    arrange(world) {
      world.app('checkout').crash({
        exitCode: 2,
        log: ['panic: listen tcp :5050: bind: address already in use', 'goroutine 1 [running]:'],
      });
    },
    expected: { causes: [{ failureMode: 'port-conflict', object: 'Deployment/checkout' }] },
  },
  {
    name: 'missing-variable-panics',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'checkout' } },
    arrange(world) {
      world
        .app('checkout')
        .rollout(1300, { container: { image: 'registry.example/shop/checkout:1.1.0' } })
        .crash({
          exitCode: 2,
          log: [
            'panic: environment variable "SHIPPING_SERVICE_ADDR" not set',
            '',
            'goroutine 1 [running]:',
            'main.mustMapEnv(0xc0001a2000, {0xb1f2a4, 0x15})',
          ],
        });
    },
    expected: { causes: [{ failureMode: 'bad-configuration', object: 'Deployment/checkout' }] },
  },
  {
    name: 'spring-cannot-resolve-a-placeholder',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'frontend' } },
    arrange(world) {
      world.app('ads').crash({
        exitCode: 1,
        log: [
          'Application run failed',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: as the log has it.
          'java.lang.IllegalArgumentException: Could not resolve placeholder \'ads.inventory.url\' in value "${ads.inventory.url}"',
        ],
      });
    },
    expected: { causes: [{ failureMode: 'bad-configuration', object: 'Deployment/ads' }] },
  },
  {
    name: 'nginx-refuses-its-configuration',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'frontend' } },
    arrange(world) {
      world.app('frontend').crash({
        exitCode: 1,
        log: [
          '2026/10/01 01:50:11 [emerg] 1#1: unknown directive "proxy_pas" in /etc/nginx/conf.d/default.conf:12',
        ],
      });
    },
    expected: { causes: [{ failureMode: 'bad-configuration', object: 'Deployment/frontend' }] },
  },
  {
    name: 'unknown-flag-after-an-upgrade',
    family: 'run',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'shipping' } },
    arrange(world) {
      world
        .app('shipping')
        .rollout(900, { container: { args: ['--legacy-rates'] } })
        .crash({
          exitCode: 2,
          log: ['flag provided but not defined: -legacy-rates', 'Usage of /app/shipping:'],
        });
    },
    expected: { causes: [{ failureMode: 'bad-configuration', object: 'Deployment/shipping' }] },
  },
  {
    name: 'segmentation-fault',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.app('currency').crash({ exitCode: 139, restarts: 11 });
    },
    expected: { causes: [{ failureMode: 'application-crash', object: 'Deployment/currency' }] },
  },
  {
    name: 'node-js-rejects-and-ends',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'payment' } },
    arrange(world) {
      world.app('payment').crash({
        exitCode: 1,
        log: [
          '/usr/src/app/charge.js:61',
          "TypeError: Cannot read properties of undefined (reading 'amount')",
          'UnhandledPromiseRejection: this error originated by throwing inside of an async function',
        ],
      });
    },
    expected: { causes: [{ failureMode: 'application-crash', object: 'Deployment/payment' }] },
  },
  {
    name: 'file-descriptors-run-out',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'frontend' } },
    arrange(world) {
      world.app('cart').logs(
        [300, 420, 610].map((secondsAgo) => ({
          secondsAgo,
          text: 'http: Accept error: accept tcp [::]:7070: accept4: too many open files; retrying in 1s',
        })),
        world.app('cart').pods,
      );
    },
    expected: {
      causes: [{ failureMode: 'file-descriptors-exhausted', object: 'Deployment/cart' }],
    },
  },
  {
    name: 'java-can-start-no-more-threads',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'orders' } },
    arrange(world) {
      world.app('orders').crash({
        exitCode: 1,
        log: [
          'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached',
        ],
      });
    },
    expected: {
      causes: [{ failureMode: 'file-descriptors-exhausted', object: 'Deployment/orders' }],
    },
  },
];
