import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chooseStep } from '../../../src/tools/prometheus/step.ts';
import { createToolset } from '../../../src/tools/toolset.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { type FakePrometheusOptions, startFakePrometheus } from '../../fakes/prometheus.ts';
import { redact, run, toolError } from '../run.ts';
import { sampled, WINDOW } from '../shop.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

const MEMORY = 'container_memory_working_set_bytes{namespace="shop"}';
const NAMED = {
  __name__: 'container_memory_working_set_bytes',
  namespace: 'shop',
  container: 'app',
};
const SERIES: FakePrometheusOptions['series'] = {
  [MEMORY]: [
    sampled({ ...NAMED, pod: 'cart-1' }, () => 52_428_800),
    sampled(
      { ...NAMED, pod: 'checkout-1' },
      (minute) => 12_000_000 + Math.round((minute % 20) * 12_800_000),
    ),
  ],
  'errors > 1': [sampled({ pod: 'a' }, (minute) => (minute > 58 ? minute / 7 : null))],
  'a / b': [sampled({ pod: 'a' }, (minute) => (minute > 40 ? 'NaN' : minute > 30 ? '+Inf' : 3))],
  noise: [
    sampled({ pod: 'third' }, (minute) => 0.3 + ((minute * 60) % 60) * 1e-15),
    sampled({ pod: 'bytes' }, (minute) => 62_914_560 + (minute % 2) * 1e-8),
    sampled({ pod: 'fifth' }, (minute) => 0.2 + (minute > 40 ? 1e-12 : 0)),
  ],
  latency: [
    sampled({ service: 'web' }, (minute) => (minute === 20 ? 2.5 : minute < 44 ? 0.12 : 1.9)),
  ],
  'b / a': [sampled({}, () => 'NaN')],
  up: Array.from({ length: 500 }, (_, index) =>
    sampled({ __name__: 'up', pod: `pod-${index}` }, (minute) =>
      index === 321 && minute > 60 ? 0 : 1,
    ),
  ),
};

const Raw = z.object({ values: z.array(z.tuple([z.number(), z.string()])) });

async function prometheus(
  options: Partial<FakePrometheusOptions> = {},
  headers: Record<string, string> = {},
) {
  const fake = await startFakePrometheus({ series: SERIES, ...options });
  open.push(fake);
  const tools = createToolset(
    { prometheus: { url: fake.url, headers, maxBytes: 20_000_000 } },
    redact,
  );
  const query = (text: string, time_range?: string, step?: string) =>
    run(tools, 'query_prometheus', {
      query: text,
      ...(time_range === undefined ? {} : { time_range }),
      ...(step === undefined ? {} : { step }),
    });
  return { fake, query };
}

describe('query_prometheus', () => {
  it('shows the shape of every series, the one that moved most first, shared labels once', async () => {
    const { query } = await prometheus();
    expect((await query(MEMORY)).text).toMatchInlineSnapshot(`
      "container_memory_working_set_bytes{namespace="shop"}
      2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z, step 15s: 2 series, those that moved most first
      All have container_memory_working_set_bytes{namespace="shop", container="app"}
      {pod="checkout-1"}  ▆▆▇█▁▂▃▃▄▅▆▆▇█▁▂▃▃▄▅▆▆▇█▁▂▃▃▄▅
        first 165600000 (158Mi) at 02:12:00Z  last 165600000 (158Mi) at 03:12:00Z  min 12000000 (11Mi) at 02:20:00Z  max 264800000 (253Mi) at 02:19:45Z  mean 138510000 (132Mi)  241 points
        jumps 02:20:00Z 264800000 (253Mi) → 12000000 (11Mi); 02:40:00Z 264800000 (253Mi) → 12000000 (11Mi); 03:00:00Z 264800000 (253Mi) → 12000000 (11Mi)
      {pod="cart-1"}  52428800 (50Mi) throughout, 241 points"
    `);
  });

  it('shows when an expression was true by where it has data', async () => {
    const { query } = await prometheus();
    expect((await query('errors > 1', '30m')).text).toMatchInlineSnapshot(`
      "errors > 1
      2026-11-21T02:42:00Z to 2026-11-21T03:12:00Z, step 15s: 1 series
      {pod="a"}  ················▁▂▂▃▃▄▄▅▅▆▆▇▇█
        first 8.3214 at 02:58:15Z  last 10.286 at 03:12:00Z  min 8.3214 at 02:58:15Z  max 10.286 at 03:12:00Z  mean 9.3036  56 points
        no data 02:42:00Z to 02:58:15Z"
    `);
  });

  it('asks over the window by default, with a step that gives about 240 points', async () => {
    const { fake, query } = await prometheus();
    await query('up');
    expect(fake.requests[0]).toMatchObject({ method: 'POST', path: '/api/v1/query_range' });
    expect(Object.fromEntries(fake.requests[0]?.params ?? [])).toMatchObject({
      query: 'up',
      start: WINDOW.from,
      end: WINDOW.to,
      step: '15',
    });
  });

  it('bears NaN and infinities and leaves them out of min, max and mean', async () => {
    const { query } = await prometheus();
    const { text, structured } = await query('a / b');
    expect(text).toContain(
      '{pod="a"}  3 at 73 of 241 points\n  NaN or infinite at 168 points, first 02:30:15Z',
    );
    expect(structured.series).toMatchObject([{ min: 3, max: 3, mean: 3 }]);
    expect(JSON.stringify(structured)).toContain('"+Inf"');
    const none = await query('b / a');
    expect(none.text).toContain('no finite value in 241 points');
    expect(none.structured.series).toMatchObject([{ min: null, max: null, mean: null }]);
  });

  it('cuts after fifty series, never those that moved, and says how to narrow', async () => {
    const { query } = await prometheus();
    const { text, structured } = await query('up');
    expect(text).toContain('pod="pod-321"');
    expect(text).toContain('level 03:00:15Z 1 → 0');
    expect(text).toContain(
      '450 more series were cut. Narrow the selector, aggregate with sum by (…)',
    );
    expect(structured.series).toHaveLength(50);
    expect(structured.total).toBe(500);
    expect(text).toContain('44 more  1 throughout, 241 points');
    expect(text.length).toBeLessThan(1_000);
  });

  it('tells where the level changed for good apart from single jumps', async () => {
    const { query } = await prometheus();
    const { text, structured } = await query('latency');
    expect(text).toContain(
      '  level 02:44:00Z 0.12 → 1.9\n  jumps 02:20:00Z 0.12 → 2.5; 02:20:15Z 2.5 → 0.12',
    );
    expect(structured.series).toMatchObject([
      { first: 0.12, last: 1.9, shifts: [{ before: 0.12, after: 1.9 }] },
    ]);
  });

  it('takes for the same what is shown as the same', async () => {
    const { query } = await prometheus();
    const { text, structured } = await query('noise');
    expect(text.split('\n').slice(2)).toEqual([
      '{pod="bytes"}  62914560 throughout, 241 points',
      '{pod="fifth"}  0.2 throughout, 241 points',
      '{pod="third"}  0.3 throughout, 241 points',
    ]);
    const flat = { sparkline: expect.stringMatching(/^▁{30}$/), shifts: [] };
    expect(structured.series).toMatchObject([flat, flat, flat]);
  });

  it('keeps 5,000 raw points over all series, evenly, and tells so', async () => {
    const { query } = await prometheus();
    const { text, structured } = await query('up');
    const { series } = z.object({ series: z.array(Raw) }).parse(structured);
    expect(series.map(({ values }) => values.length)).toEqual(Array(50).fill(100));
    const instants = series[0]?.values.map(([at]) => at) ?? [];
    expect(instants.at(0)).toBe(Date.parse(WINDOW.from) / 1000);
    expect(instants.at(-1)).toBe(Date.parse(WINDOW.to) / 1000);
    const strides = instants.slice(1).map((at, index) => at - (instants[index] ?? 0));
    expect(new Set(strides)).toEqual(new Set([30, 45]));
    expect(structured.notes).toEqual(['values are thinned to 100 points a series, evenly']);
    expect(text).not.toContain('thinned');
  });

  it('takes a step, and refuses one that gives more points than Prometheus has, with the smallest', async () => {
    const { fake, query } = await prometheus();
    await query('latency', '10m', '1m');
    expect(fake.requests[0]?.params.get('step')).toBe('60');
    expect(await toolError(query('latency', '7d', '30s'))).toBe(
      'step: "30s" gives 20,161 points a series, and Prometheus answers with at most 11,000. ' +
        'The smallest step over 7d is "55s".',
    );
    expect((await query('latency', '7d', '55s')).structured.stepSeconds).toBe(55);
    expect(await toolError(query('latency', '7d', 'fine'))).toContain(
      'step: "fine" is not a duration',
    );
    expect(fake.requests).toHaveLength(2);
  });

  it('says that nothing matched', async () => {
    const { query } = await prometheus();
    const { text, structured } = await query('nope{}');
    expect(text).toContain(
      'No series for nope{} over 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z',
    );
    expect(structured).toMatchObject({ series: [], total: 0 });
  });

  it('passes warnings and infos on', async () => {
    const { query } = await prometheus({
      warnings: ['PromQL warning: w'],
      infos: ['PromQL info: i'],
    });
    expect((await query('up')).text).toMatch(/Note: PromQL warning: w\nNote: PromQL info: i$/);
  });

  it("passes Prometheus' own words on, without addresses", async () => {
    const error = 'expanding series: Get "http://10.0.0.7:9090/api": context deadline exceeded';
    const { query } = await prometheus({
      errors: { slow: { status: 422, errorType: 'execution', error } },
    });
    expect(await toolError(query('rate(errors['))).toBe(
      'Prometheus refused the query (bad_data): invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
    );
    expect(await toolError(query('slow'))).toBe(
      'Prometheus refused the query (execution): expanding series: Get "<address>": context deadline exceeded\n' +
        'Narrow it: more label matchers, a shorter time range, a larger step, or shorter [ranges] in the query.',
    );
  });

  it('sends the configured headers and says that they are refused', async () => {
    const { query } = await prometheus({ token: 'good' }, { authorization: 'Bearer good' });
    expect((await query('up')).text).toContain('500 series');
    const { query: denied } = await prometheus(
      { token: 'good' },
      { authorization: 'Bearer s3cret' },
    );
    expect(await toolError(denied('up'))).toBe('Prometheus refused the credentials (HTTP 401).');
  });

  it.each([
    [404, 'not found', 'There is no Prometheus API at the configured URL'],
    [502, '<html>', 'Prometheus failed (HTTP 502).'],
    [200, '<html>Log in</html>', 'What answered is not the Prometheus API'],
    [
      200,
      { status: 'success', data: { result: [{ metric: 7 }] } },
      'What answered is not the Prometheus API',
    ],
  ])('puts an answer %d of %j into words', async (status, body, words) => {
    const { fake, query } = await prometheus();
    fake.failNext({ kind: 'reply', reply: { status, body } });
    expect(await toolError(query('up'))).toContain(words);
  });

  it('refuses a range that is none before it asks', async () => {
    const { fake, query } = await prometheus();
    expect(await toolError(query('up', 'yesterday'))).toContain('time_range: "yesterday"');
    expect(fake.requests).toEqual([]);
  });

  it('is answered for a quarter of a year: the step grows with it', async () => {
    const { query } = await prometheus();
    expect((await query('up', '13w')).structured.stepSeconds).toBeGreaterThan(32_000);
  });
});

describe('chooseStep', () => {
  it.each([
    ['5m', '2026-11-21T03:07:00Z', 15],
    ['1h', '2026-11-21T02:12:00Z', 15],
    ['6h', '2026-11-20T21:12:00Z', 120],
    ['7d', '2026-11-14T03:12:00Z', 3_600],
  ])('never asks for more than 240 steps over %s', (_name, from, step) => {
    expect(chooseStep({ from, to: WINDOW.to })).toBe(step);
  });
});
