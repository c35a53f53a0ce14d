import type { FakePrometheusOptions } from '../../fakes/prometheus.ts';
import { sampled } from '../shop.ts';

const CHECKOUT = 'checkout-6b9f7c9d4-x2x4p';
const MEMORY = 'container_memory_working_set_bytes{namespace="shop", container="app"}';
const BY_POD =
  'topk(5, sum by (pod) (container_memory_working_set_bytes{namespace="shop", container="app"}))';
const CRASH_LOOP =
  'max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m]) >= 1';
const CRASH_ALERT = { alertname: 'KubePodCrashLooping', namespace: 'shop', container: 'app' };
const MIB = 2 ** 20;

function container(name: string, pod: string): Record<string, string> {
  return { __name__: name, namespace: 'shop', pod, container: 'app', job: 'cadvisor' };
}

/** Memory of a container that leaks until it is killed, since the rollout 40 minutes past two. */
function leak(minute: number): number | null {
  if (minute < 40) return null;
  return (60 + Math.round(((minute - 40) % 8) * 24.5)) * MIB;
}

const PODS = ['cart-78c5f-00000', 'cart-78c5f-00001', 'cart-78c5f-00002'];
const memory = [
  sampled(container('container_memory_working_set_bytes', CHECKOUT), leak),
  ...PODS.map((pod, index) =>
    sampled(container('container_memory_working_set_bytes', pod), () => (50 + index) * MIB),
  ),
];
/** The 99th percentile in seconds: the web waits for the checkout. */
const latency = sampled({ service: 'web' }, (minute) =>
  Number((minute < 44 ? 0.12 + 0.004 * (minute % 3) : 1.9 + 0.05 * (minute % 4)).toFixed(3)),
);

/** What startFakePrometheus needs for a Prometheus that watches the shop. */
export const prometheusWorld: FakePrometheusOptions = {
  series: {
    [MEMORY]: memory,
    'histogram_quantile(0.99, sum by (le, service) (rate(http_request_duration_seconds_bucket{namespace="shop"}[5m])))':
      [latency],
    [BY_POD]: memory.map(({ metric, values }) => ({ metric: { pod: metric.pod ?? '' }, values })),
    'ALERTS{alertname="KubePodCrashLooping"}': [
      sampled(
        { __name__: 'ALERTS', alertstate: 'pending', ...CRASH_ALERT, pod: CHECKOUT },
        (minute) => (minute >= 48 && minute < 58 ? 1 : 'stale'),
      ),
      sampled(
        { __name__: 'ALERTS', alertstate: 'firing', ...CRASH_ALERT, pod: CHECKOUT },
        (minute) => (minute >= 58 ? 1 : 'stale'),
      ),
    ],
    'up == 0': [
      sampled(
        {
          __name__: 'up',
          job: 'shop',
          instance: '10.1.2.3:8080',
          namespace: 'shop',
          pod: CHECKOUT,
        },
        (minute) => (minute >= 47 ? 0 : 'stale'),
      ),
      sampled(
        { __name__: 'up', job: 'node', instance: 'node-b', namespace: 'monitoring' },
        (minute) => (minute >= 20 && minute < 24 ? 0 : 'stale'),
      ),
    ],
  },
  labels: ['200', '404', '503'].flatMap((code) =>
    ['web', 'cart', 'checkout'].map((service) => ({
      __name__: 'http_requests_total',
      namespace: 'shop',
      job: 'shop',
      service,
      code,
    })),
  ),
  metadata: {
    container_memory_working_set_bytes: [
      { type: 'gauge', help: 'Current working set of the container in bytes', unit: '' },
    ],
    http_requests_total: [
      { type: 'counter', help: 'HTTP requests by service and status code', unit: '' },
    ],
    http_request_duration_seconds: [
      { type: 'histogram', help: 'How long HTTP requests took', unit: 'seconds' },
    ],
  },
  ruleGroups: [
    {
      name: 'kubernetes-apps',
      rules: [
        {
          type: 'alerting',
          name: 'KubePodCrashLooping',
          query: CRASH_LOOP,
          duration: 600,
          labels: { severity: 'warning' },
          state: 'firing',
          health: 'ok',
          alerts: [
            {
              labels: { ...CRASH_ALERT, severity: 'warning', pod: CHECKOUT },
              annotations: {},
              state: 'firing',
              activeAt: '2026-11-21T02:48:00.123456789Z',
              value: '1e+00',
            },
          ],
        },
        {
          type: 'alerting',
          name: 'KubePodNotReady',
          query: 'sum by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown"}) > 0',
          duration: 900,
          labels: { severity: 'warning' },
          state: 'pending',
          health: 'ok',
          alerts: ['web-5c7d8-q9w8e', 'search-0'].map((pod, index) => ({
            labels: { alertname: 'KubePodNotReady', severity: 'warning', namespace: 'shop', pod },
            annotations: {},
            state: 'pending',
            activeAt: `2026-11-21T03:0${3 + 3 * index}:00Z`,
            value: '1e+00',
          })),
        },
        {
          type: 'alerting',
          name: 'KubeJobFailed',
          query: 'kube_job_failed > 0',
          duration: 900,
          labels: { severity: 'warning' },
          state: 'inactive',
          health: 'ok',
          alerts: [],
        },
      ],
    },
    {
      name: 'shop',
      rules: [
        {
          type: 'recording',
          name: 'service:errors:ratio',
          query:
            'sum by (service) (rate(http_requests_total{code=~"5.."}[5m])) / rate(http_requests_total[5m])',
          labels: {},
          health: 'err',
          lastError:
            'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
        },
      ],
    },
  ],
  targets: [
    {
      labels: { job: 'shop', instance: '10.1.2.3:8080', namespace: 'shop', pod: CHECKOUT },
      health: 'down',
      scrapeUrl: 'http://10.1.2.3:8080/metrics',
      lastError:
        'Get "http://10.1.2.3:8080/metrics": dial tcp 10.1.2.3:8080: connect: connection refused',
    },
    ...PODS.map((pod, index) => ({
      labels: { job: 'shop', instance: `10.1.2.${10 + index}:8080`, namespace: 'shop', pod },
      health: 'up',
      lastError: '',
    })),
    ...['node-a', 'node-b', 'node-c'].map((instance) => ({
      labels: { job: 'node', instance, namespace: 'monitoring' },
      health: 'up',
      lastError: '',
    })),
  ],
};

/** Each tool at its best, over the window of the shop's night. */
export const prometheusExamples: { tool: string; args: Record<string, unknown> }[] = [
  { tool: 'query_prometheus', args: { query: MEMORY } },
  {
    tool: 'query_prometheus',
    args: {
      query:
        'histogram_quantile(0.99, sum by (le, service) (rate(http_request_duration_seconds_bucket{namespace="shop"}[5m])))',
      step: '1m',
    },
  },
  { tool: 'query_prometheus_instant', args: { query: BY_POD } },
  { tool: 'prometheus_series', args: { match: 'http_requests_total{namespace="shop"}' } },
  { tool: 'prometheus_labels', args: { label: 'pod', match: '{namespace="shop"}' } },
  { tool: 'prometheus_metadata', args: { search: 'http_request' } },
  { tool: 'prometheus_metadata', args: { metric: 'http_request_total' } },
  { tool: 'prometheus_alerts', args: { name: 'KubePodCrashLooping' } },
  { tool: 'prometheus_alerts', args: {} },
  { tool: 'prometheus_targets', args: {} },
];
