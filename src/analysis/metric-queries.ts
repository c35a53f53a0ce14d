import { SERVERS, type ServerFamily } from './server-metrics.ts';
import { TRAFFIC_QUERIES } from './traffic-queries.ts';

const CONTAINERS = 'container!="",container!="POD"';
/** What the usual scrape configurations and exporters say of whose a series is. */
const OWNER =
  'namespace, pod, service, service_name, job, app, application, destination_workload, destination_service_name';
const REAL_DISKS = 'fstype!~"tmpfs|overlay|squashfs|ramfs|nsfs|fuse.*"';
const REAL_DEVICES = 'device!~"lo|veth.*|cali.*|cni.*|docker.*|lxc.*|cilium.*|flannel.*|tunl.*"';

function selector(namespace: string, ...more: string[]): string {
  return `{${[`namespace=${JSON.stringify(namespace)}`, ...more].join(',')}}`;
}

function rate(name: string, matchers: string): string {
  return `rate(${name}${matchers}[5m])`;
}

function byPod(expression: string): string {
  return `sum by (namespace, pod) (${expression})`;
}

/** Each operand that has series adds those whose labels no operand before it has. */
function either(...operands: readonly string[]): string {
  return operands.join(' or ');
}

/** The same labels twice are told apart by what they are of. */
function named(value: string, expression: string): string {
  return `label_replace(${expression}, "of", "${value}", "", "")`;
}

function countOf({ count, only = [] }: ServerFamily, namespace: string, ...more: string[]): string {
  return `sum by (${OWNER}) (${rate(count, selector(namespace, ...only, ...more))})`;
}

function failedOf(family: ServerFamily, namespace: string): string {
  const all = countOf(family, namespace);
  // A counter of failures is often not there until the first of them.
  const failed = either(
    ...family.failed.map((matcher) => countOf(family, namespace, matcher)),
    `${all} * 0`,
  );
  return `(${failed}) / ${all}`;
}

function durationOf(family: ServerFamily, namespace: string): string[] {
  const { duration, count, only = [], inMilliseconds = false } = family;
  if (duration === null) return [];
  const seconds = `sum by (${OWNER}) (${rate(duration, selector(namespace, ...only))})`;
  const calls =
    duration.replace(/_sum$/, '_count') === count
      ? countOf(family, namespace)
      : `sum by (${OWNER}) (${rate(duration.replace(/_sum$/, '_count'), selector(namespace, ...only))})`;
  return [`${seconds} / ${calls}${inMilliseconds ? ' / 1000' : ''}`];
}

/** Bytes or packets of a pod, both ways. */
function network(namespace: string, ...what: string[]): string {
  return what
    .map((name) => byPod(rate(`container_network_${name}_total`, selector(namespace, 'pod!=""'))))
    .join(' + ');
}

/**
 * Under the names that cAdvisor, kube-state-metrics, the kubelet, node-exporter, CoreDNS, store exporters and the usual
 * instrumentations give. Few, so that they are asked in seconds; what a Prometheus does not have costs it nothing.
 */
export const METRIC_QUERIES = [
  ...TRAFFIC_QUERIES,
  {
    id: 'restarts',
    promql: (ns: string) => byPod(`kube_pod_container_status_restarts_total${selector(ns)}`),
  },
  {
    id: 'cpu',
    promql: (ns: string) =>
      byPod(rate('container_cpu_usage_seconds_total', selector(ns, CONTAINERS))),
  },
  {
    id: 'throttled',
    promql: (ns: string) =>
      `${byPod(rate('container_cpu_cfs_throttled_periods_total', selector(ns, CONTAINERS)))} / ${byPod(rate('container_cpu_cfs_periods_total', selector(ns, CONTAINERS)))}`,
  },
  {
    id: 'memory',
    promql: (ns: string) => byPod(`container_memory_working_set_bytes${selector(ns, CONTAINERS)}`),
  },
  {
    // Of a container and its own limit: a sidecar without one would make the pod's share too high.
    id: 'limit-share',
    promql: (ns: string) => {
      const share = (usage: string, resource: string) =>
        named(
          resource,
          `max by (namespace, pod) (sum by (namespace, pod, container) (${usage}) / sum by (namespace, pod, container) (kube_pod_container_resource_limits${selector(ns, `resource="${resource}"`)}))`,
        );
      return either(
        share(rate('container_cpu_usage_seconds_total', selector(ns, CONTAINERS)), 'cpu'),
        share(`container_memory_working_set_bytes${selector(ns, CONTAINERS)}`, 'memory'),
      );
    },
  },
  {
    id: 'network',
    promql: (ns: string) => network(ns, 'receive_bytes', 'transmit_bytes'),
  },
  {
    id: 'network-loss',
    promql: (ns: string) =>
      network(
        ns,
        'receive_packets_dropped',
        'transmit_packets_dropped',
        'receive_errors',
        'transmit_errors',
      ),
  },
  {
    id: 'requests',
    promql: (ns: string) => either(...SERVERS.map((family) => countOf(family, ns))),
  },
  {
    id: 'errors',
    promql: (ns: string) => either(...SERVERS.map((family) => failedOf(family, ns))),
  },
  {
    id: 'duration',
    promql: (ns: string) => either(...SERVERS.flatMap((family) => durationOf(family, ns))),
  },
  {
    id: 'volume-used',
    promql: (ns: string) =>
      `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes${selector(ns)} / kubelet_volume_stats_capacity_bytes${selector(ns)})`,
  },
  {
    id: 'volume-inodes',
    promql: (ns: string) =>
      `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes_used${selector(ns)} / kubelet_volume_stats_inodes${selector(ns)})`,
  },
  {
    id: 'queue-length',
    promql: (ns: string) =>
      either(
        `sum by (namespace, queue) (rabbitmq_queue_messages_ready${selector(ns)})`,
        `sum by (namespace, consumergroup, topic) (kafka_consumergroup_lag${selector(ns)})`,
      ),
  },
  {
    id: 'connection-share',
    promql: (ns: string) => {
      const of = `by (${OWNER}, instance)`;
      const share = (held: string, most: string) =>
        `sum ${of} (${held}${selector(ns)}) / max ${of} (${most}${selector(ns)})`;
      return either(
        share('pg_stat_activity_count', 'pg_settings_max_connections'),
        share('mysql_global_status_threads_connected', 'mysql_global_variables_max_connections'),
        share('redis_connected_clients', 'redis_config_maxclients'),
        named('pool', share('hikaricp_connections_active', 'hikaricp_connections_max')),
      );
    },
  },
  {
    id: 'node-share',
    promql: () =>
      either(
        named('cpu', '1 - avg by (instance, node) (rate(node_cpu_seconds_total{mode="idle"}[5m]))'),
        named(
          'memory',
          '1 - max by (instance, node) (node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)',
        ),
        named(
          'disk',
          `1 - min by (instance, node) (node_filesystem_avail_bytes{${REAL_DISKS}} / node_filesystem_size_bytes{${REAL_DISKS}})`,
        ),
      ),
  },
  {
    id: 'node-network',
    promql: () =>
      either(
        named(
          'retransmitted',
          'sum by (instance, node) (rate(node_netstat_Tcp_RetransSegs[5m])) / sum by (instance, node) (rate(node_netstat_Tcp_OutSegs[5m]))',
        ),
        named(
          'lost',
          ['receive_drop', 'transmit_drop', 'receive_errs', 'transmit_errs']
            .map(
              (name) =>
                `sum by (instance, node) (rate(node_network_${name}_total{${REAL_DEVICES}}[5m]))`,
            )
            .join(' + '),
        ),
      ),
  },
  {
    id: 'dns-errors',
    promql: () =>
      either(
        'sum by (namespace, pod) (rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m])) / sum by (namespace, pod) (rate(coredns_dns_responses_total[5m]))',
        'sum by (namespace, pod) (rate(coredns_dns_response_rcode_count_total{rcode="SERVFAIL"}[5m])) / sum by (namespace, pod) (rate(coredns_dns_response_rcode_count_total[5m]))',
      ),
  },
] as const;

export type MetricId = (typeof METRIC_QUERIES)[number]['id'];

/** Of all namespaces; what is of none in particular is asked once. */
export function metricQueriesOf(namespaces: readonly string[]): string[] {
  return [
    ...new Set(
      namespaces.flatMap((namespace) => METRIC_QUERIES.map(({ promql }) => promql(namespace))),
    ),
  ];
}

/** Which query an evidence answered, by its text. */
export function metricIdOf(query: string, namespaces: readonly string[]): MetricId | null {
  return (
    METRIC_QUERIES.find(({ promql }) => namespaces.some((namespace) => promql(namespace) === query))
      ?.id ?? null
  );
}
