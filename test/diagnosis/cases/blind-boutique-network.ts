import { boutiqueCase, FRONTEND_ERRORS, FRONTEND_SLOW } from '../boutique-case.ts';
import {
  clusterIp,
  DEADLINE,
  dialTimeout,
  frontendFails,
  orderFails,
  times,
} from '../boutique-logs.ts';
import { edgesOf, meshFails, meshSlows } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import { objectAt } from '../merge-patch.ts';
import { counter, type World } from '../world.ts';

/** `request complete` of the frontend, after so long. */
function slowPages(world: World, milliseconds: number, path: string): void {
  world
    .app('frontend')
    .logs(
      times(
        `{"http.req.method":"GET","http.req.path":"${path}","http.resp.status":200,"http.resp.took_ms":${milliseconds},"message":"request complete","severity":"debug","timestamp":"2026-10-01T01:50:02.2Z"}`,
      ),
    );
}

function probeTimesOut(world: World, name: string, port: number, count: number): void {
  const { pod } = world.app(name);
  for (const probe of ['Readiness', 'Liveness'])
    world.event(pod, {
      type: 'Warning',
      reason: 'Unhealthy',
      message: `${probe} probe failed: timeout: failed to connect service "${String(objectAt(pod, 'status').podIP)}:${port}" within 1s: context deadline exceeded`,
      count,
      first: 860,
      last: 35,
    });
}

function appsOn(world: World, node: string): string[] {
  return world.apps
    .filter(({ pods }) =>
      pods.some(
        (pod) =>
          pod.metadata.namespace === world.namespace && objectAt(pod, 'spec').nodeName === node,
      ),
    )
    .map(({ name }) => name);
}

/** Packets that are late or lost, on the way of one pod or of a whole node. */
export const blindBoutiqueNetwork: DiagnosisCase[] = [
  boutiqueCase({
    name: 'packets-of-catalog-are-late',
    family: 'traffic',
    alert: FRONTEND_SLOW,
    arrange(world) {
      const edges = [
        ['frontend', 'productcatalogservice'],
        ['checkoutservice', 'productcatalogservice'],
        ['recommendationservice', 'productcatalogservice'],
      ] as const;
      meshSlows(world, edges, 2000, 'source');
      meshSlows(
        world,
        [
          ['loadgenerator', 'frontend'],
          ['frontend', 'recommendationservice'],
        ],
        3500,
      );
      slowPages(world, 3402, '/product/OLJCESPC7Z');
    },
    causes: [{ failureMode: 'network-degraded', object: 'Deployment/productcatalogservice' }],
  }),
  boutiqueCase({
    name: 'packets-of-payment-are-late-and-only-callers-complain',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      orderFails(world, 'failed to charge card: could not charge the card', DEADLINE);
      probeTimesOut(world, 'paymentservice', 50051, 9);
      slowPages(world, 15_002, '/cart/checkout');
    },
    causes: [{ failureMode: 'network-degraded', object: 'Deployment/paymentservice' }],
  }),
  boutiqueCase({
    name: 'packets-of-the-cart-store-are-late',
    family: 'traffic',
    alert: FRONTEND_SLOW,
    arrange(world) {
      meshSlows(
        world,
        [
          ['frontend', 'cartservice'],
          ['checkoutservice', 'cartservice'],
        ],
        3000,
      );
      meshSlows(world, [['loadgenerator', 'frontend']], 3500);
      world
        .app('cartservice')
        .logs(
          times(
            '      StackExchange.Redis.RedisTimeoutException: Timeout awaiting response (outbound=0KiB, inbound=0KiB, 5406ms elapsed, timeout is 5000ms), command=HGET, next: HGET 2f6d31b4, inst: 0, qu: 0, qs: 3, aw: False, bw: SpinningDown, rs: ReadAsync, ws: Idle, in: 0, last-in: 0, cur-in: 0, serverEndpoint: redis-cart:6379',
          ),
        );
    },
    causes: [
      { failureMode: 'network-degraded', object: 'Deployment/redis-cart' },
      { failureMode: 'network-degraded', object: 'Deployment/cartservice' },
    ],
  }),
  boutiqueCase({
    name: 'everything-on-one-node-is-late',
    family: 'nodes',
    alert: FRONTEND_SLOW,
    arrange(world) {
      const there = appsOn(world, 'k8s-worker-2').filter((name) => name !== 'loadgenerator');
      meshSlows(world, edgesOf(...there), 2500, 'source');
      meshSlows(world, [['loadgenerator', 'frontend']], 5000);
      slowPages(world, 4876, '/');
    },
    causes: [{ failureMode: 'network-degraded', object: 'Node/k8s-worker-2' }],
  }),
  boutiqueCase({
    name: 'one-node-loses-packets',
    family: 'nodes',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      const of = { node: 'k8s-worker-3' };
      world.remetric('node_netstat_Tcp_RetransSegs', of, counter(0.4, 170, 900));
      const there = appsOn(world, 'k8s-worker-3').filter((name) => name !== 'redis-cart');
      meshSlows(world, edgesOf(...there), 1000, 'source');
      meshFails(
        world,
        edgesOf(...there).filter(([from]) => from !== 'loadgenerator'),
      );
      orderFails(world, 'failed to charge card: could not charge the card', DEADLINE);
      probeTimesOut(world, 'paymentservice', 50051, 5);
    },
    causes: [{ failureMode: 'network-degraded', object: 'Node/k8s-worker-3' }],
  }),
  boutiqueCase({
    name: 'one-node-loses-packets-and-there-are-no-metrics',
    family: 'nodes',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      for (const name of appsOn(world, 'k8s-worker-1')) {
        const { pod } = world.app(name);
        const port = {
          productcatalogservice: 3550,
          shippingservice: 50051,
          cartservice: 7070,
          frontend: 8080,
        }[name];
        if (port !== undefined && name !== 'frontend') probeTimesOut(world, name, port, 6);
        if (name === 'frontend')
          world.event(pod, {
            type: 'Warning',
            reason: 'Unhealthy',
            message:
              'Readiness probe failed: Get "http://10.244.1.7:8080/_healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
            count: 5,
            first: 850,
            last: 60,
          });
      }
      frontendFails(world, 'could not retrieve products', DEADLINE);
      orderFails(
        world,
        'shipping quote failure: failed to get shipping quote',
        dialTimeout(`${clusterIp(world, 'shippingservice')}:50051`),
      );
    },
    causes: [{ failureMode: 'network-degraded', object: 'Node/k8s-worker-1' }],
  }),
];
