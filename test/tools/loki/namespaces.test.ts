import { describe, expect, it } from 'vitest';
import { lokiWorld } from '../examples/loki.ts';
import { toolError } from '../run.ts';
import { serveLoki } from './serving.ts';

const ANY = '{app=~".+"}';
const LIMITED = '{namespace=~"shop|web", app=~".+"}';

/** One call of each tool that would read every namespace. */
const CALLS: [tool: string, args: Record<string, unknown>][] = [
  ['search_logs', { query: ANY, limit: 1_000 }],
  ['log_patterns', { query: ANY }],
  ['log_context', { query: ANY, at: '2026-11-21T03:11:40.125Z' }],
  ['log_labels', { query: ANY }],
  ['log_labels', {}],
  ['log_labels', { label: 'namespace' }],
  ['log_volume', { query: ANY, by: 'namespace' }],
];

describe('a Loki of which only some namespaces may be read', () => {
  it.each(CALLS)('gives %s %j nothing of another one, and says so', async (tool, args) => {
    const { call, fake } = await serveLoki(lokiWorld, { namespaces: ['shop', 'web'] });
    const { text, structured } = await call(tool, args);
    expect(text).toContain('Limited to namespaces shop, web.');
    expect(structured.namespaces).toEqual(['shop', 'web']);
    expect(JSON.stringify(structured)).not.toMatch(/quiet|backup|nothing to do/);
    expect(text).toContain('shop');
    const sent = fake.requests.map(({ params }) => params.get('query') ?? params.get('match[]'));
    expect(sent.length).toBeGreaterThan(0);
    for (const query of sent) expect(query).toMatch(/\{namespace=~"shop\|web"[,}]/);
  });

  it('shows the query as it was asked', async () => {
    const { call, asked } = await serveLoki(lokiWorld, { namespaces: ['shop', 'web'] });
    const { text, structured } = await call('search_logs', { query: ANY });
    expect(structured.query).toBe(ANY);
    expect(text).not.toContain('namespace=~');
    expect(asked('query_range')).toMatchObject([{ query: LIMITED }]);
  });

  it('has the namespace under the label that is configured', async () => {
    const { call, asked } = await serveLoki(lokiWorld, {
      namespaces: ['shop'],
      namespaceLabel: 'k8s_namespace_name',
    });
    expect((await call('search_logs', { query: ANY })).structured.entries).toEqual([]);
    expect(asked('query_range')).toMatchObject([
      { query: '{k8s_namespace_name="shop", app=~".+"}' },
    ]);
  });

  it('sends nothing of a query that cannot be read to its end', async () => {
    const { call, fake } = await serveLoki(lokiWorld, { namespaces: ['shop'] });
    const query = '{app="a"} // {\n or {app="b"}';
    expect(await toolError(call('search_logs', { query }))).toContain('parse error at line 1, col');
    expect(fake.requests).toEqual([]);
  });

  it('reads nothing at all when the list of namespaces is empty', async () => {
    const { call, fake } = await serveLoki(lokiWorld, { namespaces: [] });
    for (const [tool, args] of CALLS) {
      expect(await toolError(call(tool, args))).toBe(
        'No namespace is configured whose logs may be read.',
      );
    }
    expect(fake.requests).toEqual([]);
  });
});
