import type { DiagnosisCase } from '../case.ts';
import { drain, failing, scaledBy } from '../planned.ts';
import { failureShare } from '../served.ts';
import { counter } from '../world.ts';

const CHECKOUT_FAILURES = failureShare('checkout', '0.05');

const FALSE: DiagnosisCase['expected'] = { verdict: 'no_action' };

/** Alerts that tell of nothing to be done. */
export const falseAlarms: DiagnosisCase[] = [
  {
    name: 'failures-of-checkout-are-over',
    family: 'false-alarm',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' }, expr: CHECKOUT_FAILURES },
    arrange: (world) =>
      failing(world, 'checkout', (ago) => (ago < 1500 && ago > 700 ? 0.3 : 0.001)),
    expected: FALSE,
  },
  {
    name: 'a-spike-of-cart-lasted-minutes',
    family: 'false-alarm',
    alert: {
      name: 'CartErrors',
      labels: { service: 'cart' },
      expr: failureShare('cart', '0.02'),
      minutesAgo: 15,
    },
    arrange: (world) => failing(world, 'cart', (ago) => (ago < 1400 && ago > 1000 ? 0.1 : 0)),
    expected: FALSE,
  },
  {
    name: 'checkout-flaps-around-its-threshold',
    family: 'false-alarm',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' }, expr: CHECKOUT_FAILURES },
    arrange: (world) => failing(world, 'checkout', (ago) => (ago % 1200 < 600 ? 0.058 : 0.044)),
    expected: FALSE,
  },
  {
    name: 'memory-of-catalog-flaps',
    family: 'false-alarm',
    alert: {
      name: 'MemoryHigh',
      labels: { deployment: 'catalog' },
      expr: 'max(container_memory_working_set_bytes{container="catalog"}) > 94000000',
    },
    arrange: (world) =>
      world.remetric('container_memory_working_set_bytes', { container: 'catalog' }, (ago) =>
        ago % 900 < 420 ? 95_000_000 : 92_000_000,
      ),
    expected: FALSE,
  },
  {
    name: 'cpu-of-currency-came-back-down',
    family: 'false-alarm',
    alert: {
      name: 'CPUHigh',
      labels: { deployment: 'currency' },
      expr: 'sum(rate(container_cpu_usage_seconds_total{container="currency"}[5m])) > 0.5',
      minutesAgo: 20,
    },
    arrange: (world) =>
      world.remetric('container_cpu_usage_seconds_total', { container: 'currency' }, (ago) =>
        ago > 1800
          ? 0.05 * (9000 - ago)
          : ago > 1000
            ? 360 + 0.4 * (1800 - ago)
            : 680 + 0.05 * (1000 - ago),
      ),
    expected: FALSE,
  },
  {
    name: 'replicas-of-orders-are-all-there-again',
    family: 'false-alarm',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'orders' } },
    arrange: () => {},
    expected: FALSE,
  },
  {
    name: 'a-pod-of-payment-is-ready-again',
    family: 'false-alarm',
    alert: { name: 'KubePodNotReady', labels: { deployment: 'payment' }, minutesAgo: 25 },
    arrange(world) {
      world.event(world.app('payment').pod, {
        type: 'Warning',
        reason: 'Unhealthy',
        message: 'Readiness probe failed: dial tcp 10.244.1.7:50051: i/o timeout',
        count: 4,
        first: 2000,
        last: 1700,
      });
    },
    expected: FALSE,
  },
  {
    name: 'a-stateful-set-is-whole-again',
    family: 'false-alarm',
    alert: { name: 'KubeStatefulSetReplicasMismatch', labels: { statefulset: 'cart-redis' } },
    arrange: () => {},
    expected: FALSE,
  },
  {
    name: 'a-rollout-took-longer-than-the-rule-waits',
    family: 'false-alarm',
    alert: {
      name: 'KubeDeploymentRolloutStuck',
      labels: { deployment: 'shipping' },
      minutesAgo: 20,
    },
    arrange: (world) => {
      world
        .app('shipping')
        .rollout(1900, { container: { image: 'registry.example/shop/shipping:1.0.3' } });
    },
    expected: FALSE,
  },
  {
    name: 'catalog-cannot-be-scraped',
    family: 'false-alarm',
    alert: {
      name: 'TargetDown',
      labels: { service: 'catalog' },
      expr: 'up{service="catalog"} == 0',
    },
    arrange: (world) =>
      world.metric('up', { namespace: 'shop', service: 'catalog', job: 'catalog' }, (ago) =>
        ago < 1200 ? 0 : 1,
      ),
    expected: FALSE,
  },
  {
    name: 'the-metric-of-ads-was-renamed',
    family: 'false-alarm',
    alert: {
      name: 'AdsMetricsAbsent',
      labels: { service: 'ads' },
      expr: 'absent(ads_requests_total{namespace="shop"})',
    },
    arrange: (world) =>
      world.metric('ads_served_total', { namespace: 'shop', service: 'ads' }, counter(3)),
    expected: FALSE,
  },
  {
    name: 'grafana-gets-no-data-of-email',
    family: 'false-alarm',
    alert: { name: 'DatasourceNoData', labels: { service: 'email' } },
    arrange: () => {},
    expected: FALSE,
  },
  {
    name: 'node-b-is-drained-for-an-upgrade',
    family: 'false-alarm',
    alert: { name: 'KubeNodeNotReady', labels: { node: 'node-b' } },
    arrange: (world) => drain(world, 'node-b', 1500, false),
    expected: FALSE,
  },
  {
    name: 'node-c-is-cordoned-and-reboots',
    family: 'false-alarm',
    alert: { name: 'KubeNodeUnschedulable', labels: { node: 'node-c' } },
    arrange: (world) => drain(world, 'node-c', 1300, true),
    expected: FALSE,
  },
  {
    name: 'ads-sleeps-at-night',
    family: 'false-alarm',
    alert: { name: 'KubeDeploymentReplicasLow', labels: { deployment: 'ads' } },
    arrange: (world) => scaledBy(world, 'ads', 'kube-downscaler', 0, 1000),
    expected: FALSE,
  },
  {
    name: 'recommendation-is-hibernated',
    family: 'false-alarm',
    alert: { name: 'ServiceDown', labels: { service: 'recommendation' } },
    arrange: (world) => scaledBy(world, 'recommendation', 'snorlax', 0, 1400),
    expected: FALSE,
  },
  {
    name: 'failures-that-go-on-are-no-false-alarm',
    family: 'false-alarm',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' }, expr: CHECKOUT_FAILURES },
    arrange(world) {
      failing(world, 'checkout', (ago) => (ago < 1200 ? 0.4 : 0.001));
      world.app('payment').crash({ exitCode: 137, reason: 'OOMKilled', secondsAgo: 1200 });
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'Deployment/payment' }] },
  },
  {
    name: 'scaled-to-nothing-by-hand-is-no-plan',
    family: 'false-alarm',
    alert: { name: 'ServiceDown', labels: { service: 'recommendation' } },
    arrange: (world) => scaledBy(world, 'recommendation', 'kubectl', 0, 900),
    expected: { causes: [{ failureMode: 'scaled-to-zero', object: 'Deployment/recommendation' }] },
  },
  {
    name: 'a-target-that-is-down-because-it-crashes',
    family: 'false-alarm',
    alert: {
      name: 'TargetDown',
      labels: { service: 'shipping' },
      expr: 'up{service="shipping"} == 0',
    },
    arrange(world) {
      world.metric('up', { namespace: 'shop', service: 'shipping' }, (ago) => (ago < 900 ? 0 : 1));
      world.app('shipping').crash({ exitCode: 137, reason: 'OOMKilled' });
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'Deployment/shipping' }] },
  },
];
