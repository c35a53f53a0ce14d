import { expect, it } from 'vitest';
import { type Environment, environmentFor } from '../../src/config/environment.ts';

const environment = (name: string, match: Record<string, string> = {}): Environment => ({
  name,
  match,
  namespaces: null,
  kubernetes: null,
  prometheus: null,
  loki: null,
  mcp: [],
  actions: null,
});

const environments = [
  environment('eu-pay', { cluster: 'eu', team: 'pay' }),
  environment('eu', { cluster: 'eu' }),
  environment('rest'),
];

const nameFor = (labels: Record<string, string>) => environmentFor({ environments }, labels)?.name;

it('chooses the first environment of which the alert has every label', () => {
  expect(nameFor({ cluster: 'eu', team: 'pay', pod: 'x' })).toBe('eu-pay');
  expect(nameFor({ cluster: 'eu', team: 'shop' })).toBe('eu');
  expect(nameFor({ cluster: 'eu2' })).toBe('rest');
  expect(nameFor({})).toBe('rest');
});

it('chooses none when every environment wants a label that the alert lacks', () => {
  const [pay] = environments;
  expect(environmentFor({ environments: pay ? [pay] : [] }, { cluster: 'eu' })).toBeNull();
});

it('does not take an inherited property for a label', () => {
  const odd = environment('odd', { toString: 'x' });
  expect(environmentFor({ environments: [odd] }, {})).toBeNull();
});
