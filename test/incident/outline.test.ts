import { describe, expect, it } from 'vitest';
import type { LabelSet } from '../../src/alert/alert.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { outlineOf } from '../../src/incident/outline.ts';
import { anIncident } from '../store/samples.ts';
import { at, knownAlert } from './deliveries.ts';

function firing(...labelSets: LabelSet[]): Incident['alerts'] {
  return Object.fromEntries(
    labelSets.map((labels, index) => [`f${index}`, knownAlert(`f${index}`, { labels })]),
  );
}

const outlined = (labels: LabelSet) =>
  outlineOf(anIncident({ labels: {}, alerts: firing({ namespace: 'shop', ...labels }) }));

describe('the outline of an incident', () => {
  it.each([
    ['checkout-5d8f7c9b6-x2x4p', 'shop/checkout'],
    ['checkout-5d8f7c9b6c-x2x4p', 'shop/checkout'],
    ['node-exporter-x2x4p', 'shop/node-exporter'],
    ['orders-db-0', 'shop/orders-db'],
    ['by-hand', 'shop/by-hand'],
  ])('takes pod %s for one of %s', (pod, workload) => {
    expect(outlined({ pod })).toMatchObject({
      workloads: [workload],
      pods: [{ namespace: 'shop', name: pod }],
    });
  });

  it('believes a label that names the workload before the name of a pod', () => {
    expect(outlined({ deployment: 'api', pod: 'api-canary-0' }).workloads).toEqual(['shop/api']);
  });

  it('knows dependencies and nodes by their labels, and is not misled by the exporter', () => {
    const labels = {
      node: 'worker-3',
      database: 'orders-db',
      persistentvolumeclaim: 'data-0',
      instance: '10.0.0.7:8080',
      service: 'kube-state-metrics',
      job: 'kube-state-metrics',
    };
    expect(outlined(labels)).toMatchObject({
      nodes: ['worker-3'],
      dependencies: ['orders-db', 'shop/data-0'],
      workloads: [],
    });
  });

  it('is of what fires, not of what has ended', () => {
    const alerts = {
      ...firing({ node: 'worker-3' }),
      over: knownAlert('over', { status: 'resolved', endsAt: at(2), labels: { node: 'worker-9' } }),
    };
    expect(outlineOf(anIncident({ alerts })).nodes).toEqual(['worker-3']);
  });

  it('stays small, whatever the incident', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`label${index}`, 'x'.repeat(10_000)]),
    );
    const sets = Array.from({ length: 5_000 }, (_, index) => ({
      namespace: `n${index}`,
      node: 'y'.repeat(5_000) + index,
      pod: `p${index}`,
    }));
    const outline = outlineOf(anIncident({ labels, alerts: firing(...sets) }));
    expect(JSON.stringify(outline).length).toBeLessThan(20_000);
  });
});
