import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';

const secret = new Secret('hunter2');

it('gives its value to who asks for it', () => {
  expect(secret.reveal()).toBe('hunter2');
});

it.each([
  ['a template', `${secret}`],
  ['JSON', JSON.stringify({ secret })],
  ['inspect', inspect({ secret })],
  ['inspect with everything', inspect(secret, { showHidden: true, depth: 9 })],
  ['inspect without custom printing', inspect(secret, { customInspect: false, showHidden: true })],
  ['concatenation', `value: ${String(secret)}`],
  ['an error', String(new Error(`bad ${secret}`).stack)],
  ['its entries', JSON.stringify(Object.entries(secret))],
])('does not show its value in %s', (_place, shown) => {
  expect(shown).not.toContain('hunter2');
});
