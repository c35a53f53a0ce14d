import { describe, expect, it } from 'vitest';
import { isOwnedBy, selectorText, selects } from '../../../src/tools/kubernetes/label-selector.ts';
import { Metadata } from '../../../src/tools/kubernetes/objects/metadata.ts';
import { LabelSelector } from '../../../src/tools/kubernetes/objects/selector.ts';
import { parseLabelSelector } from '../../fakes/selectors.ts';

const requirement = (key: string, operator: string, values: string[] = []) =>
  LabelSelector.parse({ matchExpressions: [{ key, operator, values }] });

const LABELS = [{}, { app: 'web' }, { app: 'web', tier: 'front' }, { app: 'api', tier: 'back' }];

describe('selects', () => {
  it.each([
    [LabelSelector.parse({}), [true, true, true, true]],
    [LabelSelector.parse({ matchLabels: { app: 'web' } }), [false, true, true, false]],
    [requirement('tier', 'In', ['front', 'back']), [false, false, true, true]],
    [requirement('tier', 'NotIn', ['front']), [true, true, false, true]],
    [requirement('tier', 'Exists'), [false, false, true, true]],
    [requirement('tier', 'DoesNotExist'), [true, true, false, false]],
  ])('picks by %j', (selector, picked) => {
    expect(LABELS.map((labels) => selects(selector, labels))).toEqual(picked);
    // The API server has to understand the text in the same way.
    const server = parseLabelSelector(selectorText(selector));
    expect(LABELS.map((labels) => server(labels))).toEqual(picked);
  });

  it('needs every label and every expression', () => {
    const selector = LabelSelector.parse({
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'tier', operator: 'Exists' }],
    });
    expect(LABELS.map((labels) => selects(selector, labels))).toEqual([false, false, true, false]);
    expect(selectorText(selector)).toBe('app=web,tier');
  });
});

describe('isOwnedBy', () => {
  const owner = { kind: 'Deployment', name: 'web', uid: 'u-1' };
  const owned = (reference: object) =>
    isOwnedBy(Metadata.parse({ name: 'x', ownerReferences: [reference] }), owner);

  it('tells an owner from another one of its name', () => {
    expect(owned(owner)).toBe(true);
    expect(owned({ ...owner, uid: 'u-0' })).toBe(false);
    expect(owned({ ...owner, kind: 'StatefulSet' })).toBe(false);
  });
});
