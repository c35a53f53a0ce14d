import { describe, expect, it } from 'vitest';
import { toolError } from '../run.ts';
import { sampled, WINDOW } from '../shop.ts';
import { prometheusWorlds } from './world.ts';

const world = prometheusWorlds();
const TOOL = 'query_prometheus_instant';

const SERIES = {
  memory: [
    sampled({ __name__: 'memory', namespace: 'shop', pod: 'cart-1' }, () => 52_428_800),
    sampled(
      { __name__: 'memory', namespace: 'shop', pod: 'checkout-1', zone: 'b' },
      (at) => at * 1e7,
    ),
    sampled({ __name__: 'memory', namespace: 'shop', pod: 'search-0' }, () => 'NaN'),
    sampled({ __name__: 'memory', namespace: 'shop', pod: 'web-1' }, () => '+Inf'),
  ],
  rss_bytes: [sampled({ __name__: 'rss_bytes', pod: 'cart-1' }, () => 62_914_560)],
  up: Array.from({ length: 300 }, (_, index) =>
    sampled({ __name__: 'up', pod: `pod-${index}` }, () => (index === 123 ? 0 : 1)),
  ),
  many: Array.from({ length: 70 }, (_, index) => sampled({ pod: `pod-${index}` }, () => index)),
};

describe(TOOL, () => {
  it('gives a table, the highest first, with shared labels once', async () => {
    const { call } = await world({ series: SERIES });
    const { text, structured } = await call(TOOL, { query: 'memory' });
    expect(text).toMatchInlineSnapshot(`
      "memory at 2026-11-21T03:12:00Z: 4 series, the highest first
      All have memory{namespace="shop"}
      VALUE      pod         zone
      +Inf       web-1
      720000000  checkout-1  b
      52428800   cart-1
      NaN        search-0"
    `);
    expect(structured).toMatchObject({ type: 'vector', at: WINDOW.to, total: 4 });
  });

  it('has the size beside the number of a metric that is named after bytes', async () => {
    const { call } = await world({ series: SERIES });
    const { text, structured } = await call(TOOL, { query: 'rss_bytes' });
    expect(text).toMatch(/^62914560 \(60Mi\) +rss_bytes +cart-1$/m);
    expect(structured.results).toMatchObject([{ value: '62914560' }]);
  });

  it.each([
    [undefined, WINDOW.to],
    ['30m', '2026-11-21T02:42:00.000Z'],
    ['2026-11-21T02:13:00+01:00', '2026-11-21T01:13:00.000Z'],
  ])('evaluates at %s', async (time, at) => {
    const { fake, call } = await world({ series: SERIES });
    await call(TOOL, { query: 'up', ...(time === undefined ? {} : { time }) });
    expect(Date.parse(fake.requests[0]?.params.get('time') ?? '')).toBe(Date.parse(at));
  });

  it('folds those of one value where there are many, and keeps the one that differs', async () => {
    const { call } = await world({ series: SERIES });
    const { text } = await call(TOOL, { query: 'up' });
    expect(text).toContain('1 (294 more)');
    expect(text).toMatch(/^0 +pod-123$/m);
    expect(text.split('\n')).toHaveLength(10);
  });

  it('says how to narrow what it cuts', async () => {
    const { call } = await world({ series: SERIES });
    const { text, structured } = await call(TOOL, { query: 'many' });
    expect(text).toMatch(/69 {5}pod-69\n/);
    expect(text).toContain('20 more were cut: use topk(10, …)');
    expect(structured.results).toHaveLength(70);
  });

  it('shows selectors where a table would part a secret from its name', async () => {
    const secrets = ['hunter1x', 'hunter2x'].map((password) => sampled({ password }, () => 1));
    const { call } = await world({ series: { secrets } });
    const { text } = await call(TOOL, { query: 'secrets' });
    expect(text).toMatch(/^1 +\{password="hunter1x"\}\n1 +\{password="hunter2x"\}$/m);
  });

  it('shows selectors where a table would be mostly blank', async () => {
    const wide = Array.from({ length: 8 }, (_, at) => sampled({ [`label_${at}`]: 'x' }, () => at));
    const { call } = await world({ series: { wide } });
    expect((await call(TOOL, { query: 'wide' })).text).toContain('7  {label_7="x"}');
  });

  it('answers scalars and strings', async () => {
    const instants = {
      'scalar(up)': { resultType: 'scalar', result: [1, '2.50'] },
      '"hello"': { resultType: 'string', result: [1, 'hello'] },
    };
    const { call } = await world({ series: {}, instants });
    expect((await call(TOOL, { query: 'scalar(up)' })).text).toBe(
      'scalar(up) at 2026-11-21T03:12:00Z: 2.5',
    );
    expect((await call(TOOL, { query: '"hello"' })).text).toMatch(/: "hello"$/);
  });

  it('says what to do with the samples of a range, and with histograms', async () => {
    const instants = {
      'up[5m]': { resultType: 'matrix', result: [{ metric: {}, values: [[1, '1']] }] },
      latency: {
        resultType: 'vector',
        result: [{ metric: {}, histogram: [1, { count: '1', sum: '1' }] }],
      },
    };
    const { call } = await world({ series: {}, instants });
    expect(await toolError(call(TOOL, { query: 'up[5m]' }))).toContain('such as rate()');
    expect((await call(TOOL, { query: 'latency' })).text).toContain('native histograms');
  });

  it('says that nothing matched, and refuses a time that is none', async () => {
    const { fake, call } = await world({ series: SERIES });
    expect((await call(TOOL, { query: 'nope' })).text).toContain(
      'No series for nope at 2026-11-21T03:12:00Z.',
    );
    expect(await toolError(call(TOOL, { query: 'up', time: 'noon' }))).toContain(
      'time: "noon" is not a time',
    );
    expect(await toolError(call(TOOL, { query: 'up', time: '999999999w' }))).toContain('outside');
    expect(fake.requests).toHaveLength(1);
  });
});
