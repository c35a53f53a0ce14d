import { parser } from '@prometheus-io/lezer-promql';
import { expect, it } from 'vitest';
import { METRIC_QUERIES, metricIdOf, metricQueriesOf } from '../../src/analysis/metric-queries.ts';
import { enforceNamespaces } from '../../src/tools/prometheus/enforce-namespaces.ts';
import { namespaceLimit } from '../../src/tools/prometheus/namespace-limit.ts';

it.each(METRIC_QUERIES.map(({ id, promql }) => [id, promql('shop')] as const))(
  'writes PromQL for %s that a limit to namespaces lets through',
  (id, query) => {
    parser.configure({ strict: true }).parse(query);
    expect(enforceNamespaces(query, namespaceLimit(['shop']))).toContain('namespace="shop"');
    expect(query.length).toBeLessThan(10_000);
    expect(metricIdOf(query, ['other', 'shop'])).toBe(id);
  },
);

it('asks for nodes once, however many namespaces are read', () => {
  const queries = metricQueriesOf(['shop', 'stores']);
  expect(new Set(queries).size).toBe(queries.length);
  expect(queries.filter((query) => query.includes('node_cpu_seconds_total'))).toHaveLength(1);
});
