import { beforeAll, expect, it } from 'vitest';
import { metrics } from '../../../src/analysis/analysers/metrics/index.ts';
import type { MetricId } from '../../../src/analysis/metric-queries.ts';
import type { MetricSeries } from '../../../src/analysis/metrics.ts';
import { nameOf, type ObjectRef } from '../../../src/analysis/object-ref.ts';
import type { Situation } from '../../../src/analysis/situation.ts';
import { situationAfter } from '../../diagnosis/situation.ts';

let healthy: Situation;
beforeAll(async () => {
  healthy = await situationAfter(() => {});
});

const CHANGED_MINUTES_AGO = 14;

/** From one level to another some minutes before the symptom. */
function moved(
  id: MetricId,
  name: string,
  [before, after]: readonly [number, number],
  more: { kind?: string; of?: string; pod?: string } = {},
): MetricSeries {
  const { kind = 'Deployment', of, pod } = more;
  const subject: ObjectRef = { kind, namespace: kind === 'Node' ? null : 'shop', name };
  const end = Date.parse(healthy.window.to) / 1000;
  return {
    evidence: 'E1',
    id,
    query: '',
    labels: { ...(of ? { of } : {}), ...(pod ? { namespace: 'shop', pod } : {}) },
    subject,
    points: Array.from({ length: 71 }, (_, index) => {
      const ago = 70 - index;
      return [end - ago * 60, ago > CHANGED_MINUTES_AGO ? before : after] as const;
    }),
  };
}

function podsOn(node: string, app: string): string {
  const found = healthy.cluster.pods.find(
    ({ metadata, spec }) => spec.nodeName === node && metadata.name.startsWith(`${app}-`),
  );
  return found?.metadata.name ?? '';
}

function told(series: readonly MetricSeries[]): string[] {
  const situation = { ...healthy, metrics: series };
  return metrics
    .flatMap(({ analyse }) => analyse(situation))
    .sort((a, b) => b.score - a.score)
    .map(({ failureMode, object }) => `${failureMode} ${nameOf(object)}`);
}

it.each<[string, () => MetricSeries[], string[]]>([
  [
    'latency at the deepest workload that became slow',
    () => [
      moved('duration', 'frontend', [0.1, 0.9]),
      moved('duration', 'checkout', [0.1, 0.8]),
      moved('duration', 'payment', [0.05, 0.7]),
    ],
    ['network-degraded Deployment payment'],
  ],
  [
    'a slow database by the CPU that it takes',
    () => [
      moved('duration', 'orders', [0.05, 0.9]),
      moved('cpu', 'orders-db', [0.1, 0.9], { kind: 'StatefulSet' }),
    ],
    ['database-slow StatefulSet orders-db'],
  ],
  [
    'the one whose pod takes most of the CPU of a node that has none to spare',
    () => [
      moved('node-share', 'node-a', [0.3, 0.98], { kind: 'Node', of: 'cpu' }),
      moved('cpu', 'shipping', [0.1, 3.4], { pod: podsOn('node-a', 'shipping') }),
    ],
    ['saturation Deployment shipping'],
  ],
  [
    'a node without CPU to spare, where nobody takes most of it',
    () => [
      moved('node-share', 'node-a', [0.3, 0.98], { kind: 'Node', of: 'cpu' }),
      moved('cpu', 'shipping', [0.1, 0.4], { pod: podsOn('node-a', 'shipping') }),
    ],
    ['saturation Node node-a'],
  ],
  [
    'more requests than the last on the chain can take',
    () => [
      moved('requests', 'frontend', [50, 200]),
      moved('duration', 'frontend', [0.1, 0.9]),
      moved('requests', 'checkout', [20, 80]),
      moved('limit-share', 'checkout', [0.3, 0.98], { of: 'cpu' }),
    ],
    ['saturation Deployment checkout'],
  ],
  [
    'lost packets of one workload',
    () => [moved('network-loss', 'cart', [0, 9], { pod: podsOn('node-a', 'cart') })],
    ['network-degraded Deployment cart'],
  ],
  [
    'lost packets of several workloads on one node',
    () => [
      moved('network-loss', 'cart', [0, 9], { pod: podsOn('node-a', 'cart') }),
      moved('network-loss', 'checkout', [0, 7], { pod: podsOn('node-a', 'checkout') }),
    ],
    ['network-degraded Node node-a'],
  ],
  [
    'a node without CPU',
    () => [moved('node-share', 'node-b', [0.3, 0.98], { kind: 'Node', of: 'cpu' })],
    ['saturation Node node-b'],
  ],
  [
    'connections that are used up',
    () => [moved('connection-share', 'orders-db', [0.2, 0.99], { kind: 'StatefulSet' })],
    ['connection-pool-exhausted StatefulSet orders-db'],
  ],
])('finds %s', (_, series, expected) => {
  expect(told(series())).toEqual(expected);
});

it.each<[string, () => MetricSeries[]]>([
  ['more requests that are served as fast as ever', () => [moved('requests', 'cart', [20, 60])]],
  ['a workload that became faster', () => [moved('duration', 'cart', [0.9, 0.1])]],
  ['a few milliseconds more', () => [moved('duration', 'cart', [0.002, 0.006])]],
  [
    'a node that was as busy before, and is not full',
    () => [moved('node-share', 'node-b', [0.8, 0.82], { kind: 'Node', of: 'memory' })],
  ],
  ['a dropped packet now and then', () => [moved('network-loss', 'cart', [0, 0.1])]],
  [
    'slowness of a workload that takes far more CPU than before, which others tell',
    () => [moved('duration', 'cart', [0.1, 0.9]), moved('cpu', 'cart', [0.1, 2.4])],
  ],
  [
    'slowness of a workload at its CPU limit, which others tell',
    () => [
      moved('duration', 'cart', [0.1, 0.9]),
      moved('limit-share', 'cart', [0.2, 1], { of: 'cpu' }),
    ],
  ],
])('makes nothing of %s', (_, series) => {
  expect(told(series())).toEqual([]);
});
