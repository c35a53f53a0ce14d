import type { DiagnosisCase } from '../case.ts';
import { objectAt } from '../merge-patch.ts';
import type { World } from '../world.ts';

const FRONTEND = { name: 'HighErrorRate', labels: { service: 'frontend' } };

function says(world: World, app: string, text: string): void {
  world.app(app).logs([700, 500, 300, 100].map((secondsAgo) => ({ secondsAgo, text })));
}

function takeAway(world: World, app: string): void {
  objectAt(world.app(app).workload, 'spec').replicas = 0;
  world.app(app).losePods(9);
}

/** Names that do not resolve. */
export const trafficNames: DiagnosisCase[] = [
  {
    name: 'coredns-crashes',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      world.app('coredns').crash({ exitCode: 1, restarts: 9 });
      says(
        world,
        'checkout',
        'failed to get cart: rpc error: code = Unavailable desc = dns: A record lookup error: lookup cart on 10.96.0.10:53: read udp 10.244.1.5:41223->10.96.0.10:53: i/o timeout',
      );
      says(
        world,
        'recommendation',
        'grpc._channel._InactiveRpcError: DNS resolution failed for catalog:3550: C-ares status is not ARES_SUCCESS: Timeout while contacting DNS servers',
      );
    },
    expected: { causes: [{ failureMode: 'dns-failure', object: 'Deployment/coredns' }] },
  },
  {
    name: 'coredns-was-scaled-to-zero-and-no-log-says-so',
    family: 'traffic',
    alert: { name: 'TargetDown', labels: { service: 'checkout' } },
    arrange(world) {
      takeAway(world, 'coredns');
    },
    expected: { causes: [{ failureMode: 'dns-failure', object: 'Deployment/coredns' }] },
  },
  {
    name: 'dns-answers-servfail-to-all',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: {} },
    arrange(world) {
      says(world, 'checkout', 'dial tcp: lookup payment on 10.96.0.10:53: server misbehaving');
      says(world, 'cart', 'Error: getaddrinfo EAI_AGAIN cart-redis');
      says(
        world,
        'orders',
        'java.net.UnknownHostException: orders-db: Temporary failure in name resolution',
      );
    },
    expected: { causes: [{ failureMode: 'dns-failure', object: 'Deployment/coredns' }] },
  },
  {
    name: 'recommendation-asks-a-public-dns-server',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      world.app('recommendation').patchSpec({
        dnsPolicy: 'None',
        dnsConfig: { nameservers: ['8.8.8.8'] },
      });
      says(
        world,
        'recommendation',
        'socket.gaierror: [Errno -2] Name or service not known (catalog:3550)',
      );
    },
    expected: { causes: [{ failureMode: 'dns-failure', object: 'Deployment/recommendation' }] },
  },
  {
    name: 'checkout-asks-its-node-for-names',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      world.app('checkout').patchSpec({ dnsPolicy: 'Default' });
    },
    expected: { causes: [{ failureMode: 'dns-failure', object: 'Deployment/checkout' }] },
  },
  {
    name: 'a-hosts-file-sends-payment-elsewhere',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      world
        .app('checkout')
        .patchSpec({ hostAliases: [{ ip: '10.9.9.9', hostnames: ['payment'] }] });
      says(world, 'checkout', 'charge: dial tcp 10.9.9.9:50051: i/o timeout');
    },
    expected: { causes: [{ failureMode: 'dns-failure', object: 'Deployment/checkout' }] },
  },
  {
    name: 'a-batch-job-on-the-host-network-is-not-why-the-cart-port-is-wrong',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      world.deploy({
        name: 'log-shipper',
        replicas: 1,
        env: { SINK: 'email:8080' },
        spec: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
      });
      world.app('checkout').setEnv({ CART_ADDR: 'cart:7170' });
    },
    expected: { causes: [{ failureMode: 'bad-configuration', object: 'Deployment/checkout' }] },
  },
];
