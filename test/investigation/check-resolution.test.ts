import { describe, expect, it } from 'vitest';
import { checkResolution } from '../../src/investigation/check-resolution.ts';
import type { Change } from '../../src/tools/changes/change.ts';
import { at } from '../incident/deliveries.ts';
import { killedPod, pod } from './pods.ts';

const cause = {
  failureMode: 'oom-killed' as const,
  object: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  statement: 'checkout goes over its memory limit.',
  confidence: 0.9,
};

function change(minute: number, object: string, more: Partial<Change> = {}): Change {
  const summary = 'memory limit 256Mi → 512Mi';
  const what = { source: 'cluster', kind: 'rollout', object, namespace: 'shop' };
  return { at: at(minute), ...what, summary, details: [], ...more };
}

const before = [killedPod('checkout', 3), pod('cart')];
const recovered = { before, now: [pod('checkout'), pod('cart')] };
const RESOLVED = at(45);

describe('looking at a suspected cause after the resolution', () => {
  it('finds it gone since the last change of its object before the resolution', () => {
    const changes = [
      change(20, 'Deployment/checkout'),
      change(41, 'Deployment/checkout'),
      change(43, 'Deployment/cart'),
      change(43, 'Deployment/checkout', { namespace: 'other' }),
      change(50, 'Deployment/checkout'),
    ];
    expect(checkResolution(cause, recovered, changes, RESOLVED)).toMatchObject({
      verdict: 'gone',
      object: { name: 'checkout', failures: ['OOMKilled'] },
      since: { at: at(41) },
    });
  });

  it('finds it gone by itself when nothing is known to have changed it', () => {
    const check = checkResolution(cause, recovered, [change(43, 'Deployment/cart')], RESOLVED);
    expect(check).toMatchObject({ verdict: 'gone', since: null });
  });

  it('finds it still there', () => {
    const still = { before, now: [killedPod('checkout', 11)] };
    const check = checkResolution(cause, still, [change(41, 'Deployment/checkout')], RESOLVED);
    expect(check).toMatchObject({ verdict: 'there', object: { failures: ['OOMKilled'] } });
  });

  it('knows the workload of a pod that was named as the cause', () => {
    const object = { kind: 'pod', namespace: 'shop', name: 'checkout-7d9f8c6b5-8mmqz' };
    expect(checkResolution({ ...cause, object }, recovered, [], RESOLVED).verdict).toBe('gone');
  });

  it.each(['Node', 'Deployment'])('cannot tell of a %s that was not seen to fail', (kind) => {
    const object = { kind, namespace: kind === 'Node' ? null : 'shop', name: 'cart' };
    const check = checkResolution({ ...cause, object }, recovered, [], RESOLVED);
    expect(check).toEqual({ verdict: 'cannot-tell', changes: [] });
  });
});
