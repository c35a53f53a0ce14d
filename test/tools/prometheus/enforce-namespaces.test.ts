import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import {
  enforceNamespaces,
  enforceSelector,
} from '../../../src/tools/prometheus/enforce-namespaces.ts';
import { withoutCopies } from '../../../src/tools/prometheus/label-copies.ts';
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

  it.each([
    '__embedded_queries__',
    '__queries__{__queries__="7b7d"}',
    '{__queries__="7b7d"}',
    '{"__queries__"="7b7d"}',
    'up{__downstream_query__!=""}',
    'rate(up{__subquery_spinoff__=~".*"}[5m])',
    '{__name__="__embedded_queries__"}',
    '{"__name__"=`__embedded_queries__`}',
    '{"__embedded_queries__"}',
    '{"\\x5f_embedded_queries__"}',
    '{"\\x5f_queries__"="7b7d"}',
    '{__name__="\\x5f_queries__"}',
  ])('refuses %s, in which Mimir would read a query of its own that has no matcher', (query) => {
    expect(() => enforce(query)).toThrow(ToolError);
    expect(() => enforce(query)).toThrow('for the internal use of query engines');
  });

  it.each(['__private_metric', '{__name__=~"__.*__"}', 'up{__meta__="x", path="C:\\\\x"}'])(
    'takes %s, which only looks like it',
    (query) => {
      expect(enforce(query)).toContain('namespace="shop"');
    },
  );

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

describe.each([
  ['where namespaces are limited', enforce],
  ['where nothing is limited', withoutCopies],
])('the value of a label, %s', (_where, sent) => {
  it.each([
    'label_replace(up, "pod", "$1", "pod_name", "(.*)")',
    "label_replace(up, 'pod', `$1`, 'dsn', '(.+)')",
    'label_replace(up, "seen", "yes", "dsn", ".*@db.*")',
    'label_replace(vector(1), "x", "y", "", "")',
    'label_join(up, "where", "/", "namespace", "pod")',
    'label_join(up, "pod", "", "pod_name")',
    'sum by (password) (up)',
    'up{job="label_replace(up, \\"v\\", \\"$1\\", \\"password\\", \\"(.*)\\")"}',
    'kube_pod_labels{label_app="shop"}',
  ])('may be shown as %s does', (query) => {
    expect(() => sent(query)).not.toThrow();
  });

  it.each([
    ['label_replace(up, "v", "$1 $2", "dsn", ".*:(....)(.*)@.*")', 'may not take a part out'],
    ['label_replace(up, "v", "x$1", "dsn", "(.*)")', 'may not take a part out'],
    ['label_replace(up, "v", "\\x241", "dsn", ".*:(.*)@.*")', 'may not take a part out'],
    ['label_replace(up, "v", "$1", "instance", "(.*):.*")', 'select by the part with =~'],
    ['label_replace(up, "v", "$1", "password", "(.*)")', '"password" may hold a secret'],
    ['label_replace(up, "v", "$1", "value", "(.*)")', '"value" may hold a secret'],
    ['label_replace(up, "v", "$1", "p\\x61ssword", "(.*)")', 'without a backslash'],
    ['sum(label_replace # (up)\n(up, "v", "$1", "password", "(.*)"))', 'may hold a secret'],
    ['up # \r or label_replace(up, "v", "$1", "password", "(.*)")', 'may hold a secret'],
    ['label_join(up, "v", ",", "pod", "api_token")', '"api_token" may hold a secret'],
    ['label_join(up, "v", "", "dsn", "pod")', 'needs a separator that keeps the values apart'],
    ['label_join(up, "v", ",", ("password"))', 'take quoted texts'],
    ['label_copy(up, "password", "v")', 'parse error at char'],
    ['lab\\el_copy(up, "password", "v")', 'parse error at char'],
  ])('is refused as %s would show it, with what to do', (query, words) => {
    expect(() => sent(query)).toThrow(ToolError);
    expect(() => sent(query)).toThrow(words);
  });
});

describe('withoutCopies', () => {
  it('leaves to Prometheus to say what is wrong with a query that can copy no label', () => {
    expect(withoutCopies('rat(up[5m])')).toBe('rat(up[5m])');
    expect(withoutCopies('sum(up')).toBe('sum(up');
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
