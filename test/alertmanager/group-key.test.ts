import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goQuote } from '../../src/alertmanager/go-quote.ts';
import { groupKeyOf, routeTo, routeTree } from '../../src/alertmanager/routes.ts';

/** As Alertmanager 0.25 shows its own configuration. */
const tree = routeTree({
  route: {
    receiver: 'other',
    group_by: ['alertname'],
    routes: [
      {
        receiver: 'triage',
        group_by: ['alertname', 'namespace'],
        match: { namespace: 'shop' },
        matchers: ['team="a"', 'x!~"q.*"'],
        continue: true,
        routes: [{ group_by: ['...'], match_re: { pod: 'a.*|b' } }],
      },
      { receiver: 'triage', matchers: ['team=~"(?i)B|c"'], mute_time_intervals: ['night'] },
      { receiver: 'triage', matchers: ['odd=~"[[:alpha:]]"', 'team="z"'] },
    ],
  },
});

function keyOf(labels: Record<string, string>, grouped: Record<string, string>) {
  const route = routeTo(tree, { receiver: 'triage', labels: grouped }, labels);
  return route === null ? null : groupKeyOf(route, grouped);
}

describe('the key of a group', () => {
  it('is the one that the webhooks of a real Alertmanager carried', () => {
    const odd = { alertname: 'A"q\\ z\n2', namespace: 'shop' };
    expect(keyOf({ ...odd, team: 'a' }, odd)).toBe(
      String.raw`{}/{namespace="shop",team="a",x!~"q.*"}:{alertname="A\"q\\ z\n2", namespace="shop"}`,
    );
    const all = { alertname: 'B', namespace: 'shop', pod: 'b', team: 'a' };
    expect(keyOf(all, all)).toBe(
      '{}/{namespace="shop",team="a",x!~"q.*"}/{pod=~"^(?:a.*|b)$"}:{alertname="B", namespace="shop", pod="b", team="a"}',
    );
    expect(keyOf({ alertname: 'C', team: 'b' }, { alertname: 'C' })).toBe(
      '{}/{team=~"(?i)B|c"}:{alertname="C"}',
    );
  });

  it('cannot be told of a group that no route makes, or by a pattern of another dialect', () => {
    expect(keyOf({ alertname: 'D' }, { alertname: 'D' })).toBeNull();
    expect(keyOf({ alertname: 'C', team: 'b' }, { team: 'b' })).toBeNull();
    const odd = keyOf({ alertname: 'E', team: 'z', odd: 'a' }, { alertname: 'E' });
    expect(odd).toBeNull();
  });

  it('keeps the labels in the order of their text', () => {
    const root = routeTree({ route: { receiver: 'triage', group_by: ['b', 'a'] } });
    const labels = { b: '1', a: '2' };
    const route = routeTo(root, { receiver: 'triage', labels }, labels);
    expect(route && groupKeyOf(route, labels)).toBe('{}:{a="2", b="1"}');
  });
});

it('knows how long a route keeps back what is new to a group', () => {
  const root = { receiver: 'triage', group_by: ['alertname'] };
  const interval = (route: object) =>
    routeTree({ route: { ...root, ...route } }).routes[0]?.groupIntervalMs;
  expect(interval({ routes: [{}] })).toBe(300_000);
  expect(interval({ group_interval: '1m30s', routes: [{}] })).toBe(90_000);
  expect(interval({ routes: [{ group_interval: '1d2h500ms' }] })).toBe(93_600_500);
});

it('knows of a route whether it sleeps at set times', () => {
  const labels = { alertname: 'C', team: 'b' };
  const group = { receiver: 'triage', labels: { alertname: 'C' } };
  expect(routeTo(tree, group, labels)?.timed).toBe(true);
});

it('refuses what is no configuration', () => {
  expect(() => routeTree({})).toThrow();
  expect(() => routeTree('x')).toThrow();
});

describe('a text as Go quotes it', () => {
  it.each([
    ['plain text, ünïcödé 漢 🜂', '"plain text, ünïcödé 漢 🜂"'],
    ['\u0007\b\f\n\r\t\v"\\', String.raw`"\a\b\f\n\r\t\v\"\\"`],
    ['\u0001\u007f', String.raw`"\x01\x7f"`],
    ['\u00a0\u200b\ufeff', String.raw`"\u00a0\u200b\ufeff"`],
    ['\u{e0001}', String.raw`"\U000e0001"`],
  ])('%j', (text, quoted) => expect(goQuote(text)).toBe(quoted));

  it('is one line of what can be seen, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(goQuote(text)).not.toMatch(/(?! )[\p{C}\p{Z}]/u);
      }),
    );
  });
});
