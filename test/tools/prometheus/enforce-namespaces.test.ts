import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import {
  enforceNamespaces,
  enforceSelector,
} from '../../../src/tools/prometheus/enforce-namespaces.ts';
import { namespaceLimit } from '../../../src/tools/prometheus/namespace-limit.ts';
import { ToolError } from '../../../src/tools/tool.ts';

const SHOP = namespaceLimit(['shop']);
const enforce = (query: string) => enforceNamespaces(query, SHOP);

describe('enforceNamespaces', () => {
  it.each([
    ['up', 'up{namespace="shop"}'],
    ['{}', '{namespace="shop"}'],
    ['up{job="api"}', 'up{namespace="shop", job="api"}'],
    ['{"http.requests"}', '{namespace="shop", "http.requests"}'],
    ['rate(up[5m] offset 1h) @ end()', 'rate(up{namespace="shop"}[5m] offset 1h) @ end()'],
    [
      'max_over_time((a or b)[1h:1m])',
      'max_over_time((a{namespace="shop"} or b{namespace="shop"})[1h:1m])',
    ],
    [
      'sum by (pod) (a) / on (pod) group_left (node) b',
      'sum by (pod) (a{namespace="shop"}) / on (pod) group_left (node) b{namespace="shop"}',
    ],
    [
      'label_replace(a, "x", "b", "c", "d")',
      'label_replace(a{namespace="shop"}, "x", "b", "c", "d")',
    ],
    ['or or or', 'or{namespace="shop"} or or{namespace="shop"}'],
    ['1 + 1', '1 + 1'],
  ])('puts the matcher into every selector of %s', (query, expected) => {
    expect(enforce(query)).toBe(expected);
  });

  it('leaves what the caller asks for in place, which can only narrow it', () => {
    expect(enforce('up{namespace="vault", namespace=~".*"}')).toBe(
      'up{namespace="shop", namespace="vault", namespace=~".*"}',
    );
  });

  it('matches several namespaces by a pattern that means them alone', () => {
    const limit = namespaceLimit(['shop', 'a.b', 'x|y'], 'team');
    expect(enforceNamespaces('up', limit)).toBe('up{team=~"shop|a\\\\.b|x\\\\|y"}');
  });

  it('takes comments out, because the grammar and Prometheus disagree on where one ends', () => {
    expect(enforce('up # all of it\r or secrets')).toBe(
      'up{namespace="shop"}            \n or secrets{namespace="shop"}',
    );
    expect(enforce('up #{job="x"}\n{job="y"}')).toMatch(/^up {11}\n\{namespace="shop", job="y"\}$/);
  });

  it.each([
    ['', 'parse error at char 1 at the end of the query'],
    ['sum(up', 'parse error at char 7 at the end of the query'],
    ['up{job="a"} up', 'parse error at char 13 near "up"'],
    ['up{job="a" or job="b"}', 'parse error at char 12 near "or job=\\"b\\"}"'],
    ['nosuch(up)', 'parse error at char 7 near "(up)"'],
    ['label_replace(up, "a", "b\n, "c", "d")', 'parse error at char 24'],
    ['up\u00a0', 'parse error at char 3'],
    ['up # π\n or üp', 'parse error at char 12'],
    ['WITH (x = up) x', 'parse error at char'],
    ['info(up)', 'info() reads series that no selector'],
  ])('refuses %j, and says where', (query, words) => {
    expect(() => enforce(query)).toThrow(ToolError);
    expect(() => enforce(query)).toThrow(words);
  });

  it.each(['('.repeat(10_000), '{'.repeat(10_000), 'a+'.repeat(4_999), '"'.repeat(9_999)])(
    'refuses what is too deep for the grammar instead of giving up a part of it (%.5s…)',
    (query) => {
      expect(() => enforce(query)).toThrow('parse error');
    },
  );

  it('knows every function of the grammar: a new one may read without a selector, as info() does', () => {
    const kinds = parser.nodeSet.types.map(({ name }) => name).filter((name) => name !== '');
    expect(kinds).toContain('Info');
    expect(kinds).toHaveLength(184);
  });
});

describe('enforceSelector', () => {
  it('limits a selector', () => {
    expect(enforceSelector('{}', SHOP)).toBe('{namespace="shop"}');
  });

  it.each(['rate(up[5m])', 'up or up', 'up[5m]', '(up)', '"up"'])('refuses %s', (match) => {
    expect(() => enforceSelector(match, SHOP)).toThrow('is not a series selector');
  });
});

describe('namespaceLimit', () => {
  it.each([[[]], [['']], [['shop', ' ']]])(
    'refuses %j, which would limit nothing',
    (namespaces) => {
      expect(() => namespaceLimit(namespaces)).toThrow('needs at least one namespace');
    },
  );

  it('refuses a label name that would end the matcher', () => {
    expect(() => namespaceLimit(['shop'], 'a="b" or c')).toThrow('is not a label name');
  });
});
