import { describe, expect, it } from 'vitest';
import { comparePods, differsInKind } from '../../src/investigation/compare-pods.ts';
import { killedPod, pod } from './pods.ts';

describe('comparing pods with those of the last investigation', () => {
  it('takes the same failure with more restarts for the same', () => {
    const delta = comparePods([killedPod('checkout', 3)], [killedPod('checkout', 11)]);
    expect(differsInKind(delta)).toBe(false);
    expect(delta.restarts).toMatchObject([
      { workload: { kind: 'Deployment', name: 'checkout' }, before: 3, now: 11 },
    ]);
  });

  it.each([
    ['OOMKilled', [{ reason: 'OOMKilled', last: null }]],
    ['Running', [{ reason: '', last: { reason: 'OOMKilled' } }]],
    ['Running', [{ reason: '', last: null }]],
    ['ContainerCreating', [{ reason: 'ContainerCreating', last: null }]],
  ])(
    'takes what the status of one crash loop goes through for the same: %s',
    (status, containers) => {
      const now = killedPod('checkout', 3, { status, containers });
      expect(differsInKind(comparePods([killedPod('checkout', 3)], [now]))).toBe(false);
    },
  );

  it('knows a workload again although its pods were replaced', () => {
    const replaced = killedPod('checkout', 1, { name: 'checkout-7d9f8c6b5-zzzzz' });
    expect(differsInKind(comparePods([killedPod('checkout', 3)], [replaced]))).toBe(false);
  });

  it('tells another failure of the same workload', () => {
    const containers = [{ reason: 'ImagePullBackOff', last: { reason: 'OOMKilled' } }];
    const delta = comparePods(
      [killedPod('checkout', 3)],
      [killedPod('checkout', 3, { containers })],
    );
    expect(differsInKind(delta)).toBe(true);
    expect(delta.differs.otherFailure).toMatchObject([{ failures: ['ImagePullBackOff'] }]);
  });

  it('tells another workload that fails, also one that was not there before', () => {
    const before = [killedPod('checkout', 3), pod('cart')];
    const now = [killedPod('checkout', 3), killedPod('cart', 1), killedPod('billing', 1)];
    const { differs } = comparePods(before, now);
    expect(differs.unhealthy.map(({ name }) => name)).toEqual(['cart', 'billing']);
  });

  it('tells what has recovered, or is gone, without calling it another kind', () => {
    const before = [killedPod('checkout', 3), killedPod('cart', 1)];
    const delta = comparePods(before, [pod('checkout', { restarts: 3 })]);
    expect(differsInKind(delta)).toBe(false);
    expect(delta.recovered.map(({ name }) => name)).toEqual(['checkout', 'cart']);
  });
});
