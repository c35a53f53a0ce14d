import { describe, expect, it } from 'vitest';
import { prometheusWorld } from '../examples/prometheus.ts';
import { toolError } from '../run.ts';
import { prometheusWorlds } from './world.ts';

const world = prometheusWorlds();

function pods(count: number): Record<string, string>[] {
  return Array.from({ length: count }, (_, index) => ({
    __name__: 'memory',
    namespace: 'shop',
    pod: `pod-${index}`,
    ...(index === 0 ? { zone: 'b' } : {}),
  }));
}

describe('prometheus_series', () => {
  it('folds the series to what they share and how each other label differs', async () => {
    const { fake, call } = await world({ series: {}, labels: pods(40) });
    const { text, structured } = await call('prometheus_series', { match: 'memory', since: '30m' });
    expect(text).toMatchInlineSnapshot(`
      "memory: 40 series from 2026-11-21T02:42:00Z to 2026-11-21T03:12:00Z
      All have memory{namespace="shop"}
      LABEL  VALUES  SUCH AS
      zone   1       b (on 1 series)
      pod    40      pod-0, pod-1, pod-2, pod-3, pod-4, …"
    `);
    expect(structured).toMatchObject({ total: 40, common: { namespace: 'shop' } });
    expect(Object.fromEntries(fake.requests[0]?.params ?? [])).toMatchObject({
      'match[]': 'memory',
      start: '2026-11-21T02:42:00.000Z',
      end: '2026-11-21T03:12:00.000Z',
    });
  });

  it('gives no examples of what its name says is a secret', async () => {
    const labels = ['hunter1x', 'hunter2x'].map((password) => ({ __name__: 'up', password }));
    const { call } = await world({ series: {}, labels });
    const { text, structured } = await call('prometheus_series', { match: 'up' });
    expect(text).toMatch(/^password +2 *$/m);
    expect(JSON.stringify([text, structured])).not.toContain('hunter');
    expect(await toolError(call('prometheus_labels', { label: 'password' }))).toBe(
      'label: the values of "password" are not listed, since its name says that they are secrets.',
    );
  });

  it('shows a single series whole, and says when there is none', async () => {
    const { call } = await world({ series: {}, labels: pods(1) });
    expect((await call('prometheus_series', { match: '{pod=~"pod-.*"}' })).text).toMatch(
      /: 1 series from .*\nAll have memory\{namespace="shop", pod="pod-0", zone="b"\}$/,
    );
    const none = await call('prometheus_series', { match: 'memory{pod!="pod-0"}' });
    expect(none.text).toContain('memory{pod!="pod-0"}: no series from');
    expect(none.text).toContain('prometheus_metadata');
  });

  it('reads 20,000 series at most, and says so', async () => {
    const { call } = await world({ series: {}, labels: pods(20_001) });
    const { text, structured } = await call('prometheus_series', { match: 'memory' });
    expect(structured.total).toBe(20_000);
    expect(text).toContain('Note: results truncated due to limit');
    expect(text).toContain('Note: only the first 20000 series were read: add label matchers');
  });

  it("passes on where Prometheus' own parser stopped", async () => {
    const { call } = await world({ series: {} });
    expect(await toolError(call('prometheus_series', { match: 'rate(up[5m])' }))).toBe(
      'Prometheus refused the query (bad_data): invalid parameter "match[]": 1:5: parse error: unexpected "("',
    );
  });
});

describe('prometheus_labels', () => {
  it('gives names, and the values of one label', async () => {
    const { call } = await world({ series: {}, labels: pods(3) });
    expect((await call('prometheus_labels')).text).toBe(
      '4 label names:\n__name__, namespace, pod, zone',
    );
    const { text, structured } = await call('prometheus_labels', {
      label: 'pod',
      match: 'memory{zone=""}',
    });
    expect(text).toBe('2 values of pod of memory{zone=""}:\npod-1, pod-2');
    expect(structured).toMatchObject({ label: 'pod', names: ['pod-1', 'pod-2'], total: 2 });
  });

  it('cuts after 200, with the count', async () => {
    const { call } = await world({ series: {}, labels: pods(450) });
    const { text, structured } = await call('prometheus_labels', { label: 'pod' });
    expect(text).toMatch(
      /^450 values of pod:\n.*\n250 more were cut: use match to ask for fewer\.$/,
    );
    expect(structured).toMatchObject({ total: 450 });
    expect(structured.names).toHaveLength(200);
  });

  it('suggests the label that may have been meant', async () => {
    const { call } = await world({ series: {}, labels: pods(3) });
    expect((await call('prometheus_labels', { label: 'name_space' })).text).toBe(
      'There is no value of name_space.\nDid you mean namespace?',
    );
  });

  it.each(['../../admin/tsdb', 'a/b', '..', 'k8s.pod.name', 'ünicode', '%2e%2e'])(
    'asks for %s under no other path',
    async (label) => {
      const { fake, call } = await world({ series: {} });
      await call('prometheus_labels', { label }).catch(() => null);
      expect(fake.requests[0]?.path).toMatch(/^\/api\/v1\/label\/U__\w+\/values$/);
    },
  );
});

describe('prometheus_metadata', () => {
  it('describes a metric by its own name, or by that of one of its series', async () => {
    const { call } = await world(prometheusWorld);
    const { text } = await call('prometheus_metadata', {
      metric: 'http_request_duration_seconds_bucket',
    });
    expect(text).toBe(
      'http_request_duration_seconds  histogram in seconds  How long HTTP requests took',
    );
  });

  it('finds metrics by name, then by help, those without metadata too', async () => {
    const labels = [{ __name__: 'job:http:rate5m' }, { __name__: 'up' }];
    const { call } = await world({ ...prometheusWorld, labels });
    const { text, structured } = await call('prometheus_metadata', { search: 'HTTP' });
    expect(text).toMatchInlineSnapshot(`
      "3 metrics with "HTTP":
      http_request_duration_seconds  histogram in seconds  How long HTTP requests took
      http_requests_total            counter               HTTP requests by service and status code
      job:http:rate5m                no metadata"
    `);
    expect(structured.total).toBe(3);
  });

  it('suggests the metric that may have been meant', async () => {
    const { call } = await world(prometheusWorld);
    const { text, structured } = await call('prometheus_metadata', {
      metric: 'http_request_total',
    });
    expect(text).toBe('There is no metric http_request_total.\nDid you mean http_requests_total?');
    expect(structured).toMatchObject({ metrics: [], suggestions: ['http_requests_total'] });
    expect((await call('prometheus_metadata', { search: 'htp_requests_totl' })).text).toContain(
      'Did you mean http_requests_total?',
    );
    expect((await call('prometheus_metadata', { metric: 'zzz' })).text).toBe(
      'There is no metric zzz.',
    );
  });

  it('says of a metric without metadata that it exists', async () => {
    const { call } = await world({ series: {}, labels: [{ __name__: 'job:x:rate5m' }] });
    expect((await call('prometheus_metadata', { metric: 'job:x:rate5m' })).text).toBe(
      'job:x:rate5m  no metadata',
    );
  });

  it('cuts after 50', async () => {
    const labels = Array.from({ length: 80 }, (_, index) => ({ __name__: `app_${index}` }));
    const { call } = await world({ series: {}, labels });
    const { text } = await call('prometheus_metadata', { search: 'app' });
    expect(text).toContain('30 more were cut: search for a longer part of a name.');
  });

  it.each([{}, { metric: 'a', search: 'b' }])('refuses %j', async (args) => {
    const { call } = await world({ series: {} });
    expect(await toolError(call('prometheus_metadata', args))).toContain('Give either metric');
  });

  it('says of a system that tells no metadata what it lacks', async () => {
    const { call } = await world({ series: {}, absent: ['/api/v1/metadata'] });
    expect(await toolError(call('prometheus_metadata', { metric: 'up' }))).toBe(
      'This Prometheus does not tell its metadata (HTTP 404): not every system that answers PromQL does.',
    );
  });
});
