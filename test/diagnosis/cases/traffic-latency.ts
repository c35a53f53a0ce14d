import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import type { DiagnosisCase } from '../case.ts';
import { isTree } from '../merge-patch.ts';
import { counter, type World } from '../world.ts';

const FRONTEND = { name: 'HighLatency', labels: { service: 'frontend' } };
const BEGAN = 1_100;

function says(world: World, app: string, text: string, pods?: readonly KubernetesObject[]): void {
  world.app(app).logs(
    [900, 700, 500, 300, 100].map((secondsAgo) => ({ secondsAgo, text })),
    pods,
  );
}

function nodeOf({ spec }: KubernetesObject): unknown {
  return isTree(spec) ? spec.nodeName : null;
}

function podsOn(world: World, app: string, node: string): KubernetesObject[] {
  return world.app(app).pods.filter((pod) => nodeOf(pod) === node);
}

/** Of every pod a mean over calls, as a histogram's sum and count; slow pods since 1,100 seconds. */
function durations(
  world: World,
  name: string,
  seconds: number,
  slow: (app: string, pod: KubernetesObject) => number | null,
): void {
  for (const app of world.apps) {
    for (const pod of app.pods) {
      if (pod.metadata.namespace !== world.namespace) continue;
      const labels = { namespace: world.namespace, pod: pod.metadata.name, container: app.name };
      const after = slow(app.name, pod) ?? seconds;
      world.metric(`${name}_count`, labels, counter(0.2));
      world.metric(`${name}_sum`, labels, counter(0.2 * seconds, 0.2 * after, BEGAN));
    }
  }
}

function meshCall(world: World, from: string, to: string, before: number, after: number): void {
  const labels = {
    reporter: 'source',
    source_workload: from,
    source_workload_namespace: world.namespace,
    destination_workload: to,
    destination_workload_namespace: world.namespace,
  };
  world.metric('istio_request_duration_milliseconds_count', labels, counter(5));
  world.metric(
    'istio_request_duration_milliseconds_sum',
    labels,
    counter(5 * before, 5 * after, BEGAN),
  );
}

/** Requests that are late or lost, refused, or sent to a world that does not answer. */
export const trafficLatency: DiagnosisCase[] = [
  {
    name: 'calls-time-out-along-a-chain-to-shipping',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      says(
        world,
        'frontend',
        'upstream request timeout: rpc error: code = DeadlineExceeded desc = context deadline exceeded calling checkout:5050',
      );
      says(
        world,
        'checkout',
        'shipping quote failed: rpc error: code = DeadlineExceeded desc = context deadline exceeded (shipping:50052)',
      );
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Deployment/shipping' }] },
  },
  {
    name: 'all-that-checkout-calls-is-late-for-it',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      says(world, 'checkout', 'charge: dial tcp payment:50051: i/o timeout');
      says(world, 'checkout', 'cart: read: connection reset by peer (cart:7070)');
      says(
        world,
        'checkout',
        'rpc error: code = DeadlineExceeded desc = context deadline exceeded catalog:3550',
      );
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Deployment/checkout' }] },
  },
  {
    name: 'a-mesh-measures-that-calls-to-currency-are-late',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      meshCall(world, 'frontend', 'checkout', 60, 450);
      meshCall(world, 'frontend', 'currency', 12, 220);
      meshCall(world, 'checkout', 'currency', 10, 215);
      meshCall(world, 'frontend', 'cart', 15, 15);
      meshCall(world, 'checkout', 'payment', 30, 32);
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Deployment/currency' }] },
  },
  {
    name: 'probes-of-catalog-pods-are-late',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      durations(world, 'prober_probe_duration_seconds', 0.004, (app) =>
        app === 'catalog' ? 0.31 : null,
      );
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Deployment/catalog' }] },
  },
  {
    name: 'probes-of-all-pods-on-a-node-are-late',
    family: 'nodes',
    alert: FRONTEND,
    arrange(world) {
      durations(world, 'prober_probe_duration_seconds', 0.004, (_, pod) =>
        nodeOf(pod) === 'node-b' ? 0.2 : null,
      );
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Node/node-b' }] },
  },
  {
    name: 'only-pods-on-one-node-log-timeouts',
    family: 'nodes',
    alert: FRONTEND,
    arrange(world) {
      says(
        world,
        'frontend',
        'dial tcp catalog:3550: i/o timeout',
        podsOn(world, 'frontend', 'node-b'),
      );
      says(
        world,
        'checkout',
        'dial tcp payment:50051: i/o timeout',
        podsOn(world, 'checkout', 'node-b'),
      );
      says(
        world,
        'recommendation',
        'failed to connect to catalog:3550: Connection timed out',
        podsOn(world, 'recommendation', 'node-b'),
      );
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Node/node-b' }] },
  },
  {
    name: 'one-node-sends-tcp-segments-again-and-again',
    family: 'nodes',
    alert: FRONTEND,
    arrange(world) {
      for (const [index] of world.nodeNames.entries()) {
        const labels = { instance: `10.0.0.${10 + index}:9100`, job: 'node-exporter' };
        world.metric('node_netstat_Tcp_OutSegs', labels, counter(1_000));
        world.metric(
          'node_netstat_Tcp_RetransSegs',
          labels,
          counter(1, index === 2 ? 90 : 1, BEGAN),
        );
      }
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Node/node-c' }] },
  },
  {
    name: 'currency-gets-more-requests-than-it-can-serve',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      for (const app of world.apps) {
        for (const pod of app.pods) {
          if (pod.metadata.namespace !== world.namespace) continue;
          const labels = { namespace: world.namespace, pod: pod.metadata.name };
          const hot = app.name === 'currency';
          for (const name of ['grpc_server_handled_total', 'grpc_server_handling_seconds_count']) {
            world.metric(name, labels, counter(10, hot ? 60 : 10, BEGAN));
          }
          world.metric(
            'grpc_server_handling_seconds_sum',
            labels,
            counter(0.2, hot ? 40 : 0.2, BEGAN),
          );
        }
      }
    },
    expected: { causes: [{ failureMode: 'saturation', object: 'Deployment/currency' }] },
  },
  {
    name: 'the-card-processor-does-not-answer',
    family: 'traffic',
    alert: { name: 'CheckoutErrorBudgetBurn', labels: { service: 'checkout' } },
    arrange(world) {
      says(
        world,
        'payment',
        'ERROR charge failed: Post "https://api.cards.example.com/v1/charges": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      );
    },
    expected: {
      causes: [{ failureMode: 'third-party-outage', object: 'External/api.cards.example.com' }],
    },
  },
  {
    name: 'mail-provider-refuses-connections',
    family: 'traffic',
    alert: { name: 'EmailFailures', labels: { service: 'email' } },
    arrange(world) {
      says(world, 'email', 'Error: connect ECONNREFUSED smtp.mail-provider.com:587');
    },
    expected: {
      causes: [{ failureMode: 'third-party-outage', object: 'External/smtp.mail-provider.com' }],
    },
  },
  {
    name: 'ads-refuses-though-its-pods-are-ready',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      world.app('ads').patchContainer({ readinessProbe: null, livenessProbe: null });
      says(
        world,
        'frontend',
        'rpc error: code = Unavailable desc = connection error: dial tcp: ads:9555: connect: connection refused',
      );
    },
    expected: { causes: [{ failureMode: 'dependency-down', object: 'Deployment/ads' }] },
  },
];
