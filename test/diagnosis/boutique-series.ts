import { MASTER } from './boutique-cluster.ts';
import { counter, type World } from './world.ts';

/** What node-exporter, kube-state-metrics and cAdvisor say besides of a cluster that is well. */
export function addNodeSeries(world: World): void {
  for (const [index, node] of [MASTER, ...world.nodeNames].entries()) {
    const of = { instance: `192.168.10.${10 + index}:9100`, job: 'node-exporter', node };
    world.metric('node_cpu_seconds_total', { ...of, cpu: '0', mode: 'idle' }, counter(0.82));
    world.metric('node_cpu_seconds_total', { ...of, cpu: '0', mode: 'user' }, counter(0.12));
    world.metric('node_cpu_seconds_total', { ...of, cpu: '0', mode: 'system' }, counter(0.06));
    world.metric('node_load1', of, () => 0.9);
    world.metric('node_memory_MemTotal_bytes', of, () => 16.7e9);
    world.metric('node_memory_MemAvailable_bytes', of, () => 11.2e9);
    world.metric('node_netstat_Tcp_RetransSegs', of, counter(0.4));
    world.metric('node_netstat_Tcp_OutSegs', of, counter(900));
    for (const name of ['receive_packets', 'transmit_packets'])
      world.metric(`node_network_${name}_total`, { ...of, device: 'eth0' }, counter(850));
    for (const name of ['receive_drop', 'transmit_drop', 'receive_errs', 'transmit_errs'])
      world.metric(`node_network_${name}_total`, { ...of, device: 'eth0' }, counter(0));
    const state = { job: 'kube-state-metrics', node, condition: 'Ready' };
    world.metric('kube_node_status_condition', { ...state, status: 'true' }, () => 1);
    world.metric('kube_node_status_condition', { ...state, status: 'unknown' }, () => 0);
  }
  for (const app of world.apps) {
    for (const { metadata, spec } of app.pods) {
      const of = { namespace: String(metadata.namespace), pod: metadata.name };
      const container = { ...of, container: app.container };
      world.metric('container_cpu_cfs_periods_total', container, counter(10));
      world.metric('container_cpu_cfs_throttled_periods_total', container, counter(0.1));
      const nic = { ...of, interface: 'eth0' };
      for (const name of ['receive', 'transmit']) {
        world.metric(`container_network_${name}_bytes_total`, nic, counter(42_000));
        world.metric(`container_network_${name}_packets_total`, nic, counter(120));
        world.metric(`container_network_${name}_packets_dropped_total`, nic, counter(0));
        world.metric(`container_network_${name}_errors_total`, nic, counter(0));
      }
      if (spec !== undefined) {
        world.metric('kube_pod_status_ready', { ...of, condition: 'true' }, () => 1);
      }
    }
  }
}
