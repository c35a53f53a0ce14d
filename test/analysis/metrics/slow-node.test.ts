import { beforeAll, describe, expect, it } from 'vitest';
import { slowNode } from '../../../src/analysis/analysers/metrics/slow-node.ts';
import type { ObjectRef } from '../../../src/analysis/object-ref.ts';
import { workloadsOn } from '../../../src/analysis/on-node.ts';
import type { Situation } from '../../../src/analysis/situation.ts';
import { situationOfWorld } from '../../diagnosis/situation.ts';
import { trainTicket } from '../../diagnosis/train.ts';
import { TRAIN_SERVICES } from '../../diagnosis/train-services.ts';

let situation: Situation;
beforeAll(async () => {
  situation = await situationOfWorld(trainTicket('2026-10-05T03:10:00Z'));
});

const SERVICES: ObjectRef[] = TRAIN_SERVICES.map(({ name }) => ({
  kind: 'Deployment',
  namespace: 'ts',
  name,
}));

function servicesOn(node: string): ObjectRef[] {
  const there = new Set(workloadsOn(node, situation.cluster).map(({ name }) => name));
  return SERVICES.filter(({ name }) => there.has(name));
}

describe('the node that slow workloads have in common', () => {
  it('is named when most of what it has is slow, and an entry elsewhere waits for it', () => {
    const gateway = SERVICES.filter(({ name }) => name === 'ts-gateway-service');
    const slow = [...servicesOn('k8s-worker-2').slice(2), ...gateway];
    expect(slowNode(slow, SERVICES, situation)).toBe('k8s-worker-2');
  });

  it('is not named for a few of many', () => {
    expect(slowNode(servicesOn('k8s-worker-2').slice(0, 4), SERVICES, situation)).toBeNull();
  });

  it('is not named when all are slow wherever they are', () => {
    expect(slowNode(SERVICES, SERVICES, situation)).toBeNull();
  });
});
