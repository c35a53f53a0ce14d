import type { DiagnosisCase } from '../case.ts';
import type { World } from '../world.ts';

const FRONTEND = { name: 'HighErrorRate', labels: { service: 'frontend' } };

function says(world: World, app: string, text: string): void {
  world.app(app).logs([600, 400, 200].map((secondsAgo) => ({ secondsAgo, text })));
}

/** A ticket system in Java, whose configuration is in its images: only logs say who calls whom. */
function ticketServices(world: World): void {
  for (const [name, port] of [
    ['ts-ui-dashboard', 8080],
    ['ts-preserve-service', 14568],
    ['ts-order-service', 12031],
    ['ts-station-service', 12345],
  ] as const) {
    world.deploy({ name, port, replicas: 1 });
  }
  says(
    world,
    'ts-ui-dashboard',
    '2026/10/01 02:11:09 [error] 7#7: *41 upstream prematurely closed connection while reading response header from upstream, request: "POST /api/v1/preserveservice/preserve HTTP/1.1", upstream: "http://ts-preserve-service:14568/api/v1/preserveservice/preserve"',
  );
  says(
    world,
    'ts-preserve-service',
    'ERROR o.a.c.c.C.[.[.[/].[dispatcherServlet] org.springframework.web.client.ResourceAccessException: I/O error on POST request for "http://ts-order-service:12031/api/v1/orderservice/order": Connection refused (Connection refused); nested exception is java.net.ConnectException',
  );
}

/** The alert is about one service, the fault is further down. */
export const trafficChains: DiagnosisCase[] = [
  {
    name: 'two-hops-below-the-frontend-a-store-is-killed-at-its-memory-limit',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      world.app('cart-redis').crash({ exitCode: 137, reason: 'OOMKilled', restarts: 6 });
      says(
        world,
        'cart',
        'StackExchange.Redis.RedisConnectionException: connect cart-redis:6379 Connection refused',
      );
      says(
        world,
        'frontend',
        "rpc error: code = FailedPrecondition desc = Can't access cart storage (cart:7070): code = Unavailable",
      );
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'StatefulSet/cart-redis' }] },
  },
  {
    name: 'three-hops-below-the-ingress-a-java-service-lost-its-service',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'ts-ui-dashboard' } },
    arrange(world) {
      ticketServices(world);
      world.patch('Service', 'ts-order-service', { spec: { selector: { app: 'ts-order' } } });
      world.syncEndpoints('ts-order-service');
    },
    expected: {
      causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/ts-order-service' }],
    },
  },
  {
    name: 'a-service-that-nobody-in-the-chain-needs-is-broken-as-well',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'ts-ui-dashboard' } },
    arrange(world) {
      ticketServices(world);
      world.patch('Service', 'ts-station-service', { spec: { selector: { app: 'nothing' } } });
      world.syncEndpoints('ts-station-service');
      world.app('ts-order-service').crash({ exitCode: 137, reason: 'OOMKilled', restarts: 3 });
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'Deployment/ts-order-service' }] },
  },
  {
    name: 'a-crash-elsewhere-does-not-hide-the-port-of-a-service',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.app('recommendation').crash({ exitCode: 137, reason: 'OOMKilled', restarts: 4 });
      world.patch('Service', 'payment', {
        spec: { ports: [{ port: 50051, targetPort: 50053, protocol: 'TCP' }] },
      });
    },
    expected: { causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/payment' }] },
  },
  {
    name: 'two-services-are-broken-in-the-same-way',
    family: 'two-causes',
    alert: FRONTEND,
    arrange(world) {
      for (const name of ['catalog', 'cart']) {
        world.patch('Service', name, { spec: { selector: { app: `${name}-new` } } });
        world.syncEndpoints(name);
      }
    },
    expected: {
      both: [
        { failureMode: 'service-selector-mismatch', object: 'Service/catalog' },
        { failureMode: 'service-selector-mismatch', object: 'Service/cart' },
      ],
    },
  },
  {
    name: 'a-whole-namespace-is-alerted-and-one-service-selects-nothing',
    family: 'traffic',
    alert: { name: 'NamespaceErrorRate', labels: {} },
    arrange(world) {
      world.patch('Service', 'currency', { spec: { selector: { app: 'currencies' } } });
      world.syncEndpoints('currency');
    },
    expected: {
      causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/currency' }],
    },
  },
  {
    name: 'frontend-is-unready-because-its-node-is-not-ready',
    family: 'nodes',
    alert: { name: 'KubePodNotReady', labels: { deployment: 'email' } },
    arrange(world) {
      world.patch('Node', 'node-a', {
        status: {
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              reason: 'KubeletNotReady',
              message:
                'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
              lastTransitionTime: world.ago(900),
            },
          ],
        },
      });
      world.app('email').unready({ secondsAgo: 850 });
    },
    expected: { causes: [{ failureMode: 'node-not-ready', object: 'Node/node-a' }] },
  },
];
