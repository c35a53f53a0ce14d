import { describe, expect, it } from 'vitest';
import { prometheusWorld } from '../examples/prometheus.ts';
import { toolError } from '../run.ts';
import { prometheusWorlds } from './world.ts';

const world = prometheusWorlds();
const SHOP = { namespaces: ['shop'] };

/** What was asked of Prometheus, as path and PromQL. */
function asked(requests: readonly { path: string; params: URLSearchParams }[]): string[] {
  return requests.map(
    ({ path, params }) => `${path} ${params.get('query') ?? params.get('match[]') ?? ''}`,
  );
}

describe('an allow-list of namespaces', () => {
  it('is in the PromQL of every request that selects series, and nothing else is asked', async () => {
    const { fake, call } = await world({ ...prometheusWorld, series: {} }, SHOP);
    await call('query_prometheus', { query: 'up' });
    await call('query_prometheus_instant', { query: 'sum(up)' });
    await call('prometheus_series', { match: 'up{job="a"}' });
    await call('prometheus_labels');
    await call('prometheus_labels', { label: 'pod', match: 'up' });
    await call('prometheus_labels', { label: 'namespace' });
    await call('prometheus_metadata', { search: 'up' });
    await call('prometheus_metadata', { metric: 'up' });
    await call('prometheus_alerts', { name: 'KubeJobFailed' });
    await call('prometheus_targets', { job: 'shop' });
    const limited = asked(fake.requests).filter((it) => !/\/(metadata|rules|targets) $/.test(it));
    expect(new Set(limited)).toEqual(
      new Set([
        '/api/v1/query_range up{namespace="shop"}',
        '/api/v1/query sum(up{namespace="shop"})',
        '/api/v1/series up{namespace="shop", job="a"}',
        '/api/v1/labels {namespace="shop"}',
        '/api/v1/label/pod/values up{namespace="shop"}',
        '/api/v1/label/namespace/values {namespace="shop"}',
        '/api/v1/label/__name__/values {namespace="shop"}',
        '/api/v1/query_range ALERTS{namespace="shop", alertname="KubeJobFailed"}',
        '/api/v1/query_range ALERTS_FOR_STATE{namespace="shop", alertname="KubeJobFailed"}',
        '/api/v1/query_range up{namespace="shop", job="shop"} == 0',
      ]),
    );
  });

  it('is told with every answer, beside the query as it was asked', async () => {
    const { call } = await world({ series: {} }, { namespaces: ['shop', 'pay'] });
    const { text, structured } = await call('query_prometheus', { query: 'up' });
    // Before the guesses at why nothing was found.
    expect(text).toMatch(
      /^No series for up over .*\nNote: limited to namespaces shop, pay\nEither nothing matched/,
    );
    expect(structured).toMatchObject({ query: 'up', notes: ['limited to namespaces shop, pay'] });
  });

  it('uses the label that is configured', async () => {
    const { fake, call } = await world({ series: {} }, { ...SHOP, namespaceLabel: 'team' });
    await call('query_prometheus', { query: 'up' });
    expect(fake.requests[0]?.params.get('query')).toBe('up{team="shop"}');
  });

  it('refuses a query before it is sent', async () => {
    const { fake, call } = await world({ series: {} }, SHOP);
    expect(await toolError(call('query_prometheus', { query: 'sum(up' }))).toBe(
      'parse error at char 7 at the end of the query',
    );
    expect(await toolError(call('prometheus_series', { match: 'rate(up[5m])' }))).toContain(
      'is not a series selector',
    );
    expect(fake.requests).toEqual([]);
  });

  it('shows what was sent beside a position in it', async () => {
    const error = 'invalid parameter "query": 1:25: parse error: expected type range vector';
    const errors = { 'rate(up{namespace="shop"})': { status: 400, errorType: 'bad_data', error } };
    const { call } = await world({ series: {}, errors }, SHOP);
    expect(await toolError(call('query_prometheus', { query: 'rate(up)' }))).toBe(
      `Prometheus refused the query (bad_data): ${error}\nIt was sent as: rate(up{namespace="shop"})`,
    );
  });

  it('shows the targets of no other namespace', async () => {
    const { call } = await world(prometheusWorld, SHOP);
    const { text } = await call('prometheus_targets');
    expect(text).toContain('Targets now: 1 down, 3 up.');
    expect(text).toContain('Note: targets of other namespaces, not shown: 3');
    expect(text).not.toContain('node-a');
  });

  it('shows the metadata of no other metric', async () => {
    const { call } = await world(prometheusWorld, { namespaces: ['vault'] });
    const { text } = await call('prometheus_metadata', { search: 'http' });
    expect(text).toContain('No metric has "http" in its name or help.');
    expect((await call('prometheus_metadata', { metric: 'http_requests_total' })).text).toContain(
      'There is no metric http_requests_total.',
    );
  });

  it('shows only rules with an alert there, and only those alerts, with no error that may quote others', async () => {
    const labels = (namespace: string) => ({ alertname: 'PodDown', namespace });
    const alerts = [
      { labels: labels('shop'), state: 'pending', activeAt: null, value: '1' },
      { labels: labels('vault'), state: 'firing', activeAt: null, value: '777' },
    ];
    const rule = { type: 'alerting', query: 'x', state: 'firing', duration: 0, health: 'ok' };
    const lastError = 'found duplicate series: {namespace="vault"}';
    const rules = [
      { ...rule, name: 'PodDown', alerts, lastError },
      { ...rule, name: 'VaultSealed', alerts: [alerts[1]] },
      { ...rule, name: 'Ours', labels: { namespace: 'shop' }, alerts: [], lastError: 'own error' },
      { type: 'recording', name: 'vault:keys', query: 'x', health: 'ok' },
    ];
    const { call } = await world({ series: {}, ruleGroups: [{ name: 'g', rules }] }, SHOP);
    const answer = await call('prometheus_alerts');
    expect(answer.text).toMatchInlineSnapshot(`
      "Rules now: 2 broken, 0 firing, 1 pending, 1 inactive.
      BROKEN Ours {namespace="shop"} (group g)
        error: own error
        expr: x
      BROKEN, pending PodDown (group g)
        error: left out: it may be about other namespaces
        expr: x
        pending since <unknown>, value 1  {namespace="shop"}
      Note: limited to namespace shop
      Note: rules about other namespaces, not shown: 2"
    `);
    expect(JSON.stringify(answer)).not.toMatch(/vault|777|VaultSealed/i);
  });

  it.each([[[]], [['']]])('is refused when it is %j, which limits nothing', async (namespaces) => {
    await expect(world({ series: {} }, { namespaces })).rejects.toThrow(
      'prometheus.namespaces: needs at least one namespace',
    );
  });
});
