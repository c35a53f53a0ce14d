import { describe, expect, it } from 'vitest';
import { dns } from '../../../src/analysis/analysers/traffic/dns.ts';
import { ingress } from '../../../src/analysis/analysers/traffic/ingress.ts';
import { networkPolicy } from '../../../src/analysis/analysers/traffic/network-policy.ts';
import { onlineBoutique } from '../../diagnosis/boutique.ts';
import type { Tree } from '../../diagnosis/merge-patch.ts';
import { situationAfter, situationOfWorld, told } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

function policy(name: string, spec: Tree): (world: World) => void {
  return (world) => {
    world.create('networking.k8s.io/v1', 'NetworkPolicy', { name }, { spec });
  };
}

const PAYMENT = { podSelector: { matchLabels: { app: 'payment' } }, policyTypes: ['Ingress'] };
const from = (app: string, ports?: Tree[]): Tree => ({
  from: [{ podSelector: { matchLabels: { app } } }],
  ...(ports ? { ports } : {}),
});

describe('network policies', () => {
  it.each<[string, Tree]>([
    ['lets nobody in', PAYMENT],
    ['lets in somebody else', { ...PAYMENT, ingress: [from('frontend')] }],
    [
      'lets the caller to another port',
      { ...PAYMENT, ingress: [from('checkout', [{ port: 443 }])] },
    ],
    [
      'lets in another namespace alone',
      {
        ...PAYMENT,
        ingress: [
          {
            from: [
              { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ops' } } },
            ],
          },
        ],
      },
    ],
  ])('are blamed when one %s', async (_, spec) => {
    const situation = await situationAfter(policy('p', spec));
    expect(told([networkPolicy], situation)).toEqual(['network-policy-denied NetworkPolicy p']);
  });

  it.each<[string, Tree]>([
    ['lets the caller in', { ...PAYMENT, ingress: [from('checkout')] }],
    [
      'lets the caller to the port',
      { ...PAYMENT, ingress: [from('checkout', [{ port: 50000, endPort: 50100 }])] },
    ],
    [
      'lets every pod of the namespace in',
      { ...PAYMENT, ingress: [{ from: [{ podSelector: {} }] }] },
    ],
    ['has a rule without peers', { ...PAYMENT, ingress: [{}] }],
    [
      'lets namespaces in by a label that nobody can see',
      {
        ...PAYMENT,
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'shop' } } }] }],
      },
    ],
    ['selects no pod', { podSelector: { matchLabels: { app: 'none' } }, policyTypes: ['Ingress'] }],
  ])('are not blamed when one %s', async (_, spec) => {
    const situation = await situationAfter(policy('p', spec));
    expect(told([networkPolicy], situation)).toEqual([]);
  });

  it('are blamed for lookups that an egress policy does not let out', async () => {
    const spec = {
      podSelector: { matchLabels: { app: 'checkout' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: {} }] }],
    };
    const situation = await situationAfter((world) => {
      policy('p', spec)(world);
      world
        .app('checkout')
        .logs([
          { secondsAgo: 400, text: 'error: dial tcp: lookup cart on 10.96.0.10:53: i/o timeout' },
        ]);
    });
    expect(told([networkPolicy, dns], situation)).toEqual([
      'network-policy-denied NetworkPolicy p',
    ]);
  });
});

function backend(service: string, port: Tree): (world: World) => void {
  return (world) =>
    world.patch('Ingress', 'shop', {
      spec: {
        rules: [
          {
            host: 'shop.example',
            http: { paths: [{ path: '/', backend: { service: { name: service, port } } }] },
          },
        ],
      },
    });
}

describe('Ingresses', () => {
  it.each<[string, (world: World) => void]>([
    ['leads to a Service that is not there', backend('front', { number: 8080 })],
    ['leads to a port that its Service does not have', backend('frontend', { number: 80 })],
    [
      'leads to a port by a name that its Service does not have',
      backend('frontend', { name: 'web' }),
    ],
  ])('are blamed when one %s', async (_, arrange) => {
    expect(told([ingress], await situationAfter(arrange))).toEqual([
      'ingress-misroute Ingress shop',
    ]);
  });

  it.each<[string, Tree, string[]]>([
    ['is told of no gRPC', {}, ['ingress-misroute Ingress frontend-ingress']],
    ['speaks gRPC too', { 'nginx.ingress.kubernetes.io/backend-protocol': 'GRPC' }, []],
  ])(
    'lead from the root to a port of gRPC, with a controller that %s',
    async (_, annotations, expected) => {
      const world = onlineBoutique('2026-10-05T03:10:00Z');
      const service = { name: 'adservice', port: { number: 9555 } };
      world.patch('Ingress', 'frontend-ingress', {
        metadata: { annotations },
        spec: {
          rules: [{ host: 'x.example', http: { paths: [{ path: '/', backend: { service } }] } }],
        },
      });
      expect(told([ingress], await situationOfWorld(world))).toEqual(expected);
    },
  );

  it.each<[string, (world: World) => void]>([
    ['names the port of its Service', backend('frontend', { name: 'tcp' })],
    [
      'has no address, as controllers of its class never write one',
      (world) => world.patch('Ingress', 'shop', { status: { loadBalancer: { ingress: null } } }),
    ],
  ])('are not blamed when one %s', async (_, arrange) => {
    expect(told([ingress], await situationAfter(arrange))).toEqual([]);
  });
});

describe('names that do not resolve', () => {
  it.each<[string, (world: World) => void, string[]]>([
    [
      'every DNS pod is down',
      (world) => world.app('coredns').crash({ exitCode: 2 }),
      ['dns-failure Deployment coredns'],
    ],
    [
      'one of two is down and nobody complains',
      (world) => world.app('coredns').crash({ exitCode: 2 }, world.app('coredns').pods.slice(0, 1)),
      [],
    ],
    [
      'a pod asks a server of its own',
      (world) =>
        world
          .app('checkout')
          .patchSpec({ dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'] } }),
      ['dns-failure Deployment checkout'],
    ],
    [
      'one that asks as all do cannot look up several Services',
      (world) =>
        world.app('checkout').logs(
          ['cart', 'payment'].map((name, index) => ({
            secondsAgo: 300 + index,
            text: `rpc error: code = Unavailable desc = name resolver error: produced zero addresses; last error: dns: A record lookup error: lookup ${name} on 10.96.0.10:53: no such host`,
          })),
        ),
      ['dns-failure Deployment coredns'],
    ],
    [
      'one cannot look up a single Service, as far as anybody knows',
      (world) =>
        world
          .app('checkout')
          .logs([{ secondsAgo: 300, text: 'error: lookup cart on 10.96.0.10:53: no such host' }]),
      ['dns-failure Deployment checkout'],
    ],
    [
      'a pod asks one more server, after that of the cluster',
      (world) => world.app('checkout').patchSpec({ dnsConfig: { nameservers: ['10.0.0.2'] } }),
      [],
    ],
    [
      'a pod of the host network asks the cluster',
      (world) =>
        world
          .app('checkout')
          .patchSpec({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
      [],
    ],
    [
      'a name that nobody has is looked up by one',
      (world) =>
        world
          .app('checkout')
          .logs([
            { secondsAgo: 300, text: 'error: lookup paymnet on 10.96.0.10:53: no such host' },
          ]),
      [],
    ],
  ])('are blamed on whom the evidence names: %s', async (_, arrange, expected) => {
    expect(told([dns], await situationAfter((world) => void arrange(world)))).toEqual(expected);
  });
});
