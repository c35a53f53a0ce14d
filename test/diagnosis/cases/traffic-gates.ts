import type { DiagnosisCase } from '../case.ts';
import type { Tree } from '../merge-patch.ts';
import type { World } from '../world.ts';

const FRONTEND = { name: 'HighErrorRate', labels: { service: 'frontend' } };

function policy(world: World, name: string, spec: Tree, secondsAgo = 1_000): void {
  world.create(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    { name, creationTimestamp: world.ago(secondsAgo) },
    { spec },
  );
}

function backend(name: string, number: number): Tree {
  return { service: { name, port: { number } } };
}

function route(world: World, path: string, to: Tree): void {
  world.patch('Ingress', 'shop', {
    spec: {
      rules: [
        {
          host: 'shop.example',
          http: {
            paths: [
              { path, pathType: 'Prefix', backend: to },
              { path: '/img', pathType: 'Prefix', backend: backend('catalog', 3550) },
            ],
          },
        },
      ],
    },
  });
}

const DNS_RULE = {
  to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
  ports: [{ port: 53, protocol: 'UDP' }],
};

/** Ingresses and network policies. */
export const trafficGates: DiagnosisCase[] = [
  {
    name: 'ingress-sends-to-a-service-that-does-not-exist',
    family: 'traffic',
    alert: { name: 'Ingress5xx', labels: { ingress: 'shop' } },
    arrange: (world) => route(world, '/', backend('frontend-external', 8080)),
    expected: { causes: [{ failureMode: 'ingress-misroute', object: 'Ingress/shop' }] },
  },
  {
    name: 'ingress-sends-to-a-port-that-the-frontend-does-not-have',
    family: 'traffic',
    alert: FRONTEND,
    arrange: (world) => route(world, '/', backend('frontend', 80)),
    expected: { causes: [{ failureMode: 'ingress-misroute', object: 'Ingress/shop' }] },
  },
  {
    name: 'ingress-sends-the-cart-to-ads',
    family: 'traffic',
    alert: { name: 'BlackboxProbeFailed', labels: {} },
    arrange: (world) => route(world, '/cart', backend('ads', 9555)),
    expected: { causes: [{ failureMode: 'ingress-misroute', object: 'Ingress/shop' }] },
  },
  {
    name: 'a-policy-lets-only-the-frontend-to-payment',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      policy(world, 'payment-from-frontend', {
        podSelector: { matchLabels: { app: 'payment' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'frontend' } } }] }],
      });
      world.app('checkout').logs(
        [600, 300].map((secondsAgo) => ({
          secondsAgo,
          text: 'failed to charge card: rpc error: code = DeadlineExceeded desc = context deadline exceeded while dialing payment:50051',
        })),
      );
    },
    expected: {
      causes: [
        { failureMode: 'network-policy-denied', object: 'NetworkPolicy/payment-from-frontend' },
      ],
    },
  },
  {
    name: 'a-policy-closes-the-redis-of-the-cart-silently',
    family: 'traffic',
    alert: { name: 'HighLatency', labels: { service: 'checkout' } },
    arrange(world) {
      policy(world, 'lock-stores', {
        podSelector: { matchLabels: { app: 'cart-redis' } },
        policyTypes: ['Ingress'],
      });
    },
    expected: {
      causes: [{ failureMode: 'network-policy-denied', object: 'NetworkPolicy/lock-stores' }],
    },
  },
  {
    name: 'an-egress-policy-cuts-checkout-from-dns',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      policy(world, 'checkout-egress', {
        podSelector: { matchLabels: { app: 'checkout' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: {} }] }],
      });
      world.app('checkout').logs([
        {
          secondsAgo: 400,
          text: 'dial tcp: lookup cart on 10.96.0.10:53: read udp 10.244.3.1:3001->10.96.0.10:53: i/o timeout',
        },
      ]);
    },
    expected: {
      causes: [{ failureMode: 'network-policy-denied', object: 'NetworkPolicy/checkout-egress' }],
    },
  },
  {
    name: 'policies-that-allow-all-that-is-needed-are-not-why-the-selector-is-wrong',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      const since = 40 * 86_400;
      policy(world, 'default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, since);
      policy(
        world,
        'inside',
        {
          podSelector: {},
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: {} }] }],
        },
        since,
      );
      policy(
        world,
        'out',
        {
          podSelector: {},
          policyTypes: ['Egress'],
          egress: [DNS_RULE, { to: [{ podSelector: {} }] }],
        },
        since,
      );
      world.patch('Service', 'catalog', { spec: { selector: { app: 'catalogue' } } });
      world.syncEndpoints('catalog');
    },
    expected: { causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/catalog' }] },
  },
];
