/** Of requests and of the network, as service meshes, client libraries, kubelets and node exporters count them. */

const SERVED = [
  'http_server_request_duration_seconds',
  'http_server_requests_seconds',
  'http_request_duration_seconds',
  'grpc_server_handling_seconds',
].join('|');
const RETRANSMITS = 'node_netstat_Tcp_RetransSegs';

function labels(name: string, namespace: string, more = ''): string {
  return `{${name}=${JSON.stringify(namespace)}${more}}`;
}

function mean(sum: string, count: string, by: string): string {
  return `sum by (${by}) (rate(${sum}[5m])) / sum by (${by}) (rate(${count}[5m]))`;
}

function perPod(name: string, namespace: string): string {
  return `sum by (namespace, pod) (rate(${name}${labels('namespace', namespace)}[5m]))`;
}

export const TRAFFIC_QUERIES = [
  {
    id: 'call-milliseconds',
    promql: (ns: string) => {
      const of = labels('source_workload_namespace', ns, ',reporter="source"');
      const name = 'istio_request_duration_milliseconds';
      return mean(
        `${name}_sum${of}`,
        `${name}_count${of}`,
        'source_workload, destination_workload',
      );
    },
  },
  {
    id: 'request-seconds',
    promql: (ns: string) =>
      mean(
        labels('namespace', ns, `,__name__=~"(?:${SERVED})_sum"`),
        labels('namespace', ns, `,__name__=~"(?:${SERVED})_count"`),
        'namespace, pod',
      ),
  },
  {
    id: 'requests',
    promql: (ns: string) =>
      `sum by (namespace, pod) (rate(${labels('namespace', ns, `,__name__=~"(?:${SERVED})_count"`)}[5m]))`,
  },
  {
    id: 'probe-seconds',
    promql: (ns: string) =>
      mean(
        `prober_probe_duration_seconds_sum${labels('namespace', ns)}`,
        `prober_probe_duration_seconds_count${labels('namespace', ns)}`,
        'namespace, pod',
      ),
  },
  {
    id: 'packets-dropped',
    promql: (ns: string) =>
      `${perPod('container_network_receive_packets_dropped_total', ns)} + ${perPod('container_network_transmit_packets_dropped_total', ns)}`,
  },
  {
    id: 'node-retransmits',
    promql: () =>
      `sum by (instance, node) (rate(${RETRANSMITS}[5m])) / sum by (instance, node) (rate(node_netstat_Tcp_OutSegs[5m]))`,
  },
] as const;
