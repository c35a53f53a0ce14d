import { describe, expect, it } from 'vitest';
import type { PodDelta } from '../../src/investigation/compare-pods.ts';
import { refiringWords, resolutionWords } from '../../src/notify/recheck-words.ts';
import { at } from '../incident/deliveries.ts';

const checkout = {
  namespace: 'shop',
  kind: 'Deployment',
  name: 'checkout',
  failures: ['OOMKilled'],
  restarts: 11,
};
const cause = {
  failureMode: 'oom-killed' as const,
  object: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  statement: 'checkout goes over its memory limit.',
  confidence: 0.9,
};
const nothing: PodDelta = {
  differs: { unhealthy: [], otherFailure: [] },
  restarts: [],
  recovered: [],
};

describe('a firing again in words', () => {
  it('says how often, that the cause is the same, and what is new', () => {
    const delta = { ...nothing, restarts: [{ workload: checkout, before: 3, now: 11 }] };
    expect(refiringWords({ times: 4, cause, delta, again: false })).toBe(
      '4th time in 24 h, same cause as before (oom-killed · Deployment shop/checkout); new: checkout restarts 3 → 11.',
    );
  });

  it('says what differs, and that it is investigated again', () => {
    const cart = { ...checkout, name: 'cart', failures: ['ImagePullBackOff'] };
    const delta = { ...nothing, differs: { unhealthy: [cart], otherFailure: [] } };
    expect(refiringWords({ times: 2, cause, delta, again: true })).toBe(
      '2nd time in 24 h, not as before: cart fails too (ImagePullBackOff). Investigating again.',
    );
  });

  it('claims nothing when there is nothing to compare', () => {
    expect(refiringWords({ times: 1, cause, delta: null, again: false })).toBe(
      'The pods cannot be compared with those of the last investigation.',
    );
  });

  it.each([
    [2, '2nd'],
    [3, '3rd'],
    [11, '11th'],
    [22, '22nd'],
    [112, '112th'],
  ])('counts %d', (times, words) => {
    expect(refiringWords({ times, cause: null, delta: nothing, again: false })).toBe(
      `${words} time in 24 h, the pods fail as they did before; nothing new.`,
    );
  });
});

describe('a resolution in words', () => {
  const since = {
    at: at(41),
    source: 'cluster',
    kind: 'rollout',
    object: 'Deployment/checkout',
    namespace: 'shop',
    summary: 'memory limit 256Mi → 512Mi',
    details: [],
  };

  it('says that the cause holds, and since what', () => {
    expect(resolutionWords({ verdict: 'gone', object: checkout, since }, at(0))).toBe(
      'The suspected cause holds: Deployment shop/checkout no longer fails (OOMKilled) since the rollout of Deployment/checkout at 03:41 UTC (memory limit 256Mi → 512Mi).',
    );
  });

  it('leaves open what went away by itself', () => {
    expect(resolutionWords({ verdict: 'gone', object: checkout, since: null }, at(0))).toBe(
      'Whether the suspected cause holds is open: Deployment shop/checkout no longer fails (OOMKilled), but nothing is known to have changed it.',
    );
  });

  it('says that the cause is still there', () => {
    expect(resolutionWords({ verdict: 'there', object: checkout }, at(0))).toContain(
      'Deployment shop/checkout fails (OOMKilled) although the alerts are resolved.',
    );
  });

  it('names at most a handful of changes when nothing can be compared', () => {
    const changes = Array.from({ length: 5 }, () => since);
    const words = resolutionWords({ verdict: 'cannot-tell', changes }, at(0));
    expect(words.match(/rollout/g)).toHaveLength(3);
    expect(words).toMatch(/and 2 others\.$/);
  });
});
