import { expect, it } from 'vitest';
import { falseAlarm } from '../../../src/analysis/analysers/false-alarm/index.ts';
import type { DiagnosisCase } from '../../diagnosis/case.ts';
import { situationAfter, told } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

const MISMATCH: DiagnosisCase['alert'] = {
  name: 'KubeDeploymentReplicasMismatch',
  labels: { deployment: 'orders' },
};
const TARGET: DiagnosisCase['alert'] = { name: 'TargetDown', labels: { service: 'catalog' } };

function cordon(world: World): void {
  world.patch('Node', 'node-b', {
    spec: { unschedulable: true },
    metadata: {
      managedFields: [
        {
          manager: 'kubectl-cordon',
          time: world.ago(1500),
          fieldsV1: { 'f:spec': { 'f:unschedulable': {} } },
        },
      ],
    },
  });
}

it.each<[string, (world: World) => void, DiagnosisCase['alert'], string]>([
  ['replicas are all there again', () => {}, MISMATCH, 'false-alarm Deployment orders'],
  [
    'a scrape fails of pods that are well',
    () => {},
    TARGET,
    'monitoring-failure Deployment catalog',
  ],
  [
    'a node was cordoned on purpose',
    cordon,
    { name: 'KubeNodeUnschedulable', labels: { node: 'node-b' } },
    'false-alarm Node node-b',
  ],
])('says so where %s', async (_, arrange, alert, expected) => {
  expect(told(falseAlarm, await situationAfter(arrange, alert))).toContain(expected);
});

it.each<[string, (world: World) => void, DiagnosisCase['alert']]>([
  [
    'a pod still crashes',
    (world) => {
      world.app('orders').crash({ exitCode: 1 });
    },
    MISMATCH,
  ],
  [
    'what it needs is not ready',
    (world) => {
      world.app('orders-db').unready();
    },
    MISMATCH,
  ],
  [
    'a Service on its chain has no endpoint',
    (world) => {
      world.patch('Service', 'orders-db', { spec: { selector: { app: 'nothing' } } });
      world.syncEndpoints('orders-db');
    },
    MISMATCH,
  ],
  [
    'the target that cannot be scraped crashes',
    (world) => {
      world.app('catalog').crash({ exitCode: 2 });
    },
    TARGET,
  ],
  [
    'an error rate has no other explanation',
    () => {},
    { name: 'HighErrorRate', labels: { service: 'orders' } },
  ],
  [
    'a cordoned node took pods with it that are nowhere else',
    (world) => {
      cordon(world);
      world.app('orders').unready();
    },
    { name: 'KubeNodeUnschedulable', labels: { node: 'node-b' } },
  ],
])('does not call it a false alarm when %s', async (_, arrange, alert) => {
  expect(told(falseAlarm, await situationAfter(arrange, alert))).toEqual([]);
});
