import type { DiagnosisCase } from '../case.ts';
import { objectAt } from '../merge-patch.ts';
import { serveAll, useCpu } from '../served.ts';
import { counter, step, type World } from '../world.ts';

function loseOf(world: World, apps: readonly string[], node: string | null): void {
  for (const app of apps) {
    for (const pod of world.app(app).pods) {
      const labels = { namespace: world.namespace, pod: pod.metadata.name, interface: 'eth0' };
      const hit = node === null || objectAt(pod, 'spec').nodeName === node;
      for (const name of ['receive_errors', 'transmit_errors', 'transmit_packets_dropped']) {
        world.metric(`container_network_${name}_total`, labels, counter(0));
      }
      world.metric(
        'container_network_receive_packets_dropped_total',
        labels,
        counter(0, hit ? 14 : 0, 900),
      );
    }
  }
}

/** What series alone tell. */
export const metricCases: DiagnosisCase[] = [
  {
    name: 'latency-begins-at-payment-alone',
    family: 'run',
    alert: { name: 'HighLatency', labels: { service: 'frontend' } },
    arrange(world) {
      serveAll(world, {
        payment: { seconds: [0.03, 0.9], secondsAgo: 960 },
        checkout: { seconds: [0.1, 1], secondsAgo: 930 },
        frontend: { seconds: [0.2, 0.6], secondsAgo: 930 },
      });
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Deployment/payment' }] },
  },
  {
    name: 'packets-of-catalog-get-lost',
    family: 'run',
    alert: { name: 'HighLatency', labels: { service: 'frontend' } },
    arrange(world) {
      serveAll(world, {
        catalog: { seconds: [0.03, 0.7], secondsAgo: 900 },
        frontend: { seconds: [0.2, 0.9], secondsAgo: 880 },
      });
      loseOf(world, ['catalog'], null);
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Deployment/catalog' }] },
  },
  {
    name: 'packets-of-a-node-get-lost',
    family: 'run',
    alert: { name: 'HighLatency', labels: { service: 'frontend' } },
    arrange(world) {
      serveAll(world, { frontend: { seconds: [0.2, 0.6], secondsAgo: 880 } });
      loseOf(world, ['frontend', 'checkout', 'cart', 'catalog'], 'node-b');
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Node/node-b' }] },
  },
  {
    name: 'segments-of-a-node-are-sent-again',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      for (const [index] of world.nodeNames.entries()) {
        const labels = { instance: `10.0.0.${10 + index}:9100`, job: 'node-exporter' };
        world.metric('node_netstat_Tcp_OutSegs', labels, counter(5000));
        world.metric(
          'node_netstat_Tcp_RetransSegs',
          labels,
          counter(5, index === 0 ? 700 : 60, 900),
        );
      }
      serveAll(world, { checkout: { failed: [0, 0.1] }, frontend: { failed: [0, 0.05] } });
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: 'Node/node-a' }] },
  },
  {
    name: 'a-campaign-brings-more-than-checkout-can-take',
    family: 'run',
    alert: { name: 'HighLatency', labels: { service: 'frontend' } },
    arrange(world) {
      serveAll(world, {
        frontend: { rate: [60, 240], seconds: [0.2, 1.4], secondsAgo: 1000 },
        checkout: { rate: [20, 80], seconds: [0.1, 1.2], secondsAgo: 1000 },
      });
      useCpu(world, 'frontend', [0.05, 0.15], 1000);
      useCpu(world, 'checkout', [0.12, 0.49], 1000);
    },
    expected: {
      causes: [
        { failureMode: 'saturation', object: 'Deployment/checkout' },
        { failureMode: 'cpu-throttled', object: 'Deployment/checkout' },
      ],
    },
  },
  {
    name: 'a-node-has-no-cpu-left',
    family: 'run',
    alert: { name: 'HighLatency', labels: { service: 'checkout' } },
    arrange(world) {
      for (const [index] of world.nodeNames.entries()) {
        for (const cpu of ['0', '1']) {
          world.metric(
            'node_cpu_seconds_total',
            { instance: `10.0.0.${10 + index}:9100`, cpu, mode: 'idle' },
            counter(0.7, index === 1 ? 0.01 : 0.7, 900),
          );
        }
      }
      serveAll(world, { checkout: { seconds: [0.1, 0.5] } });
    },
    expected: { causes: [{ failureMode: 'saturation', object: 'Node/node-b' }] },
  },
  {
    name: 'orders-db-has-no-connection-left-by-its-exporter',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'orders' } },
    arrange(world) {
      world.deploy({ name: 'orders-db-exporter', replicas: 1, port: 9187 });
      const pod = world.app('orders-db-exporter').pod.metadata.name;
      const labels = {
        namespace: world.namespace,
        pod,
        job: 'postgres',
        instance: '10.244.7.7:9187',
      };
      world.metric('pg_settings_max_connections', labels, () => 100);
      for (const state of ['active', 'idle']) {
        world.metric(
          'pg_stat_activity_count',
          { ...labels, state, datname: 'orders' },
          step(12, 49, 900),
        );
      }
      serveAll(world, { orders: { failed: [0, 0.4] }, checkout: { failed: [0, 0.4] } });
    },
    expected: {
      causes: [{ failureMode: 'connection-pool-exhausted', object: 'StatefulSet/orders-db' }],
    },
  },
  {
    name: 'the-pool-of-orders-is-in-use',
    family: 'run',
    alert: { name: 'HighLatency', labels: { service: 'checkout' } },
    arrange(world) {
      for (const pod of world.app('orders').pods) {
        const labels = { namespace: world.namespace, pod: pod.metadata.name, pool: 'HikariPool-1' };
        world.metric('hikaricp_connections_max', labels, () => 10);
        world.metric('hikaricp_connections_active', labels, step(2, 10, 1000));
      }
      serveAll(world, {
        orders: { seconds: [0.05, 5], secondsAgo: 960 },
        checkout: { seconds: [0.1, 5], secondsAgo: 960 },
      });
    },
    expected: {
      causes: [{ failureMode: 'connection-pool-exhausted', object: 'Deployment/orders' }],
    },
  },
];
