import { afterEach, describe, expect, it } from 'vitest';
import type { LokiConnection } from '../../../src/tools/loki/client.ts';
import { createToolset } from '../../../src/tools/toolset.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { type FakeLokiOptions, startFakeLoki } from '../../fakes/loki.ts';
import { redact, run, toolError } from '../run.ts';
import { ns, WINDOW } from '../shop.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

const STREAMS: FakeLokiOptions['streams'] = [
  {
    stream: { namespace: 'shop', app: 'checkout' },
    values: [
      [ns('03:11:38'), 'level=info msg="loading cart"'],
      [ns('03:11:39', '123456789'), 'level=info msg="cart loaded" items=100000'],
      [
        ns('03:11:40'),
        'FATAL ERROR: Reached heap limit\n  at load (cart.js:1)\n  at serve (cart.js:9)',
      ],
    ],
  },
  {
    stream: { namespace: 'shop', app: 'web' },
    values: [
      [ns('03:11:39', '123456788'), 'GET /cart 200'],
      [ns('03:11:40', '500000000'), 'upstream checkout failed: 502'],
      [ns('01:00:00'), 'long ago'],
    ],
  },
];

async function loki(
  options: Partial<FakeLokiOptions> = {},
  connection: Partial<LokiConnection> = {},
) {
  const fake = await startFakeLoki({ streams: STREAMS, ...options });
  open.push(fake);
  const tools = createToolset({ loki: { url: fake.url, ...connection } }, redact);
  const search = (args: Record<string, unknown>) => run(tools, 'search_logs', args);
  return { fake, search };
}

const SHOP = '{namespace="shop"}';
const NO_STATS = { kind: 'reply', reply: { status: 404, body: '404 page not found\n' } } as const;

describe('search_logs', () => {
  it('shows the lines of all streams in the order of time, labels once', async () => {
    const { search } = await loki();
    expect((await search({ query: SHOP })).text).toMatchInlineSnapshot(`
      "{namespace="shop"}: 5 lines from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z
      All have {namespace="shop"}
      [a] {app="web"}
      [b] {app="checkout"}
      2026-11-21T03:11:38Z [b] level=info msg="loading cart"
      2026-11-21T03:11:39.123456788Z [a] GET /cart 200
      2026-11-21T03:11:39.123456789Z [b] level=info msg="cart loaded" items=100000
      2026-11-21T03:11:40Z [b] FATAL ERROR: Reached heap limit
            at load (cart.js:1)
            at serve (cart.js:9)
      2026-11-21T03:11:40.500Z [a] upstream checkout failed: 502"
    `);
  });

  it('needs no letters for a single stream', async () => {
    const { search } = await loki();
    expect((await search({ query: '{app="web"} |= "502"' })).text).toBe(
      [
        '{app="web"} |= "502": 1 line from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z',
        'All have {namespace="shop", app="web"}',
        '2026-11-21T03:11:40.500Z upstream checkout failed: 502',
      ].join('\n'),
    );
  });

  it('keeps nanoseconds to the digit', async () => {
    const { search } = await loki();
    const { structured } = await search({ query: SHOP });
    expect(structured.entries).toMatchObject([
      { at: '2026-11-21T03:11:38.000000000Z' },
      { at: '2026-11-21T03:11:39.123456788Z', line: 'GET /cart 200' },
      { at: '2026-11-21T03:11:39.123456789Z' },
      {},
      {},
    ]);
  });

  it('asks for the window backwards, a hundred lines by default', async () => {
    const { fake, search } = await loki();
    await search({ query: SHOP });
    expect(fake.requests[1]?.method).toBe('GET');
    expect(Object.fromEntries(fake.requests[1]?.params ?? [])).toEqual({
      query: SHOP,
      start: `${Date.parse(WINDOW.from)}000000`,
      end: `${Date.parse(WINDOW.to)}000001`,
      limit: '100',
      direction: 'backward',
    });
  });

  it('counts since back from the end of the window', async () => {
    const { search } = await loki();
    const { structured } = await search({ query: SHOP, since: '3h' });
    expect(structured.entries).toHaveLength(6);
    expect((await search({ query: SHOP, since: '20s' })).structured.entries).toHaveLength(2);
  });

  it('includes a line of the last moment of the window', async () => {
    const stream = { app: 'a' };
    const { search } = await loki({
      streams: [{ stream, values: [[ns('03:12:00'), 'the alert']] }],
    });
    expect((await search({ query: '{app="a"}' })).text).toContain('the alert');
  });

  it('gives the newest lines when there are more than the limit, and says so', async () => {
    const { search } = await loki();
    const { text, structured } = await search({ query: SHOP, limit: 2 });
    expect(text).toContain('the newest 2 lines');
    expect(text).toContain('older ones');
    expect(structured).toMatchObject({ truncated: true, entries: [{ stream: 1 }, { stream: 0 }] });
  });

  it('cuts one huge line in the text and keeps it in the structured content', async () => {
    const line = 'x'.repeat(100_000);
    const { search } = await loki({
      streams: [{ stream: { app: 'a' }, values: [[ns('03:00:00'), line]] }],
    });
    const { text, structured } = await search({ query: '{app="a"}' });
    expect(text.length).toBeLessThan(5_000);
    expect(text).toContain('… (100000 characters in all)');
    expect(structured.entries).toMatchObject([{ line }]);
  });

  it('marks many streams with letters that do not run out', async () => {
    const streams = Array.from({ length: 60 }, (_, index) => ({
      stream: { app: 'a', pod: `p-${index}` },
      values: [[ns('03:00:00'), `line ${index}`] as const],
    }));
    const { search } = await loki({ streams });
    const { text } = await search({ query: '{app="a"}' });
    const tags = text.match(/^\[[a-z]+\] \{/gm) ?? [];
    expect(new Set(tags).size).toBe(60);
    expect(tags).toContain('[bh] {');
  });

  it('says that nothing was found', async () => {
    const { search } = await loki();
    const { text, structured } = await search({ query: '{app="nope"}' });
    expect(text).toContain('No log line for {app="nope"} from 2026-11-21T02:12:00Z');
    expect(structured).toMatchObject({ streams: [], entries: [], truncated: false });
  });

  it("passes Loki's own plain words on", async () => {
    const { search } = await loki();
    expect(await toolError(search({ query: 'nope' }))).toBe(
      'Loki refused the query (HTTP 400): parse error at line 1, col 1: syntax error: unexpected IDENTIFIER',
    );
    expect(await toolError(search({ query: '{app=~".*"}'.replace('.*', '') }))).toContain(
      'at least one regexp',
    );
  });

  it('says that a metric query gives no lines', async () => {
    const { search } = await loki();
    expect(await toolError(search({ query: 'sum(rate({app="a"}[5m]))' }))).toContain(
      'Leave out the aggregation',
    );
  });

  it('sends the tenant and says that it is refused', async () => {
    const { search } = await loki({ tenant: 'shop' }, { tenant: 'shop' });
    expect((await search({ query: SHOP })).text).toContain('5 lines');
    const { search: other } = await loki({ tenant: 'shop' });
    expect(await toolError(other({ query: SHOP }))).toBe(
      'Loki refused the credentials or the tenant (HTTP 401).',
    );
  });

  it.each([
    [404, 'not found', 'There is no Loki API at the configured URL'],
    [500, 'dial tcp 10.0.0.9:9095: refused', 'Loki failed (HTTP 500): dial tcp <address>: refused'],
    [502, '<html>Bad gateway</html>', 'Loki failed (HTTP 502).'],
    [200, '<html>Log in</html>', 'What answered is not the Loki API'],
    [
      200,
      { data: { resultType: 'streams', result: [{ stream: {}, values: [['soon', 'x']] }] } },
      'not the Loki API',
    ],
  ])('puts an answer %d of %j into words', async (status, body, words) => {
    const { fake, search } = await loki();
    fake.failNext(NO_STATS, { kind: 'reply', reply: { status, body } });
    expect(await toolError(search({ query: SHOP }))).toContain(words);
  });

  it('gives the oldest lines when asked forward, and says so', async () => {
    const { fake, search } = await loki();
    const { text, structured } = await search({ query: SHOP, limit: 2, direction: 'forward' });
    expect(text).toContain('the oldest 2 lines');
    expect(text).toContain('newer ones');
    expect(structured.entries).toMatchObject([
      { line: 'level=info msg="loading cart"' },
      { line: 'GET /cart 200' },
    ]);
    expect(fake.requests.at(-1)?.params.get('direction')).toBe('forward');
  });

  it('keeps the order of lines of one instant, in both directions', async () => {
    const values = ['one', 'two', 'three'].map((line) => [ns('03:00:00'), line] as const);
    const { search } = await loki({ streams: [{ stream: { app: 'a' }, values }] });
    for (const direction of ['forward', 'backward']) {
      const { structured } = await search({ query: '{app="a"}', direction });
      expect(structured.entries).toMatchObject([
        { line: 'one' },
        { line: 'two' },
        { line: 'three' },
      ]);
    }
  });

  it('folds the same line said again and again into one', async () => {
    const values = Array.from(
      { length: 37 },
      (_, index) => [ns(`03:00:${String(index).padStart(2, '0')}`), 'connection refused'] as const,
    );
    const { search } = await loki({
      streams: [
        { stream: { app: 'a' }, values: [...values, [ns('03:01:00'), 'started'] as const] },
        { stream: { app: 'b' }, values: [[ns('03:00:10', '500000000'), 'connection refused']] },
      ],
    });
    const { text, structured } = await search({ query: '{app=~"a|b"}' });
    expect(text.split('\n').slice(-4)).toEqual([
      '2026-11-21T03:00:00Z [a] connection refused (x11, to 2026-11-21T03:00:10Z)',
      '2026-11-21T03:00:10.500Z [b] connection refused',
      '2026-11-21T03:00:11Z [a] connection refused (x26, to 2026-11-21T03:00:36Z)',
      '2026-11-21T03:01:00Z [a] started',
    ]);
    expect(structured.entries).toHaveLength(39);
  });

  it('takes lines with structured metadata of their own for one stream, and shows what tells', async () => {
    const { search } = await loki({
      streams: [
        {
          stream: { app: 'a' },
          values: [
            [ns('03:00:00'), 'charge failed', { 'exception.type': 'Timeout', flags: '1' }],
            [ns('03:00:01'), 'charge failed', { trace_id: 'abc' }],
          ],
        },
      ],
    });
    const { text, structured } = await search({ query: '{app="a"}' });
    expect(structured.streams).toHaveLength(1);
    expect(text).toContain('charge failed (exception.type=Timeout)');
    expect(text).toContain('charge failed (trace_id=abc)');
  });

  describe('asks the index first', () => {
    it('and refuses a search of too much, with how to narrow', async () => {
      const { fake, search } = await loki({}, { maxScanBytes: 20 });
      expect(await toolError(search({ query: `${SHOP} |= "502"` }))).toBe(
        'Not run: {namespace="shop"} |= "502" would read about 188 B in 2 streams, and 20 B is the most. ' +
          'Add labels to the selector (app, container, pod: log_labels lists them), or shorten since.',
      );
      expect(fake.requests.map(({ path }) => path)).toEqual(['/loki/api/v1/index/stats']);
      expect(fake.requests[0]?.params.get('query')).toBe(SHOP);
    });

    it('but never refuses one without a filter, which stops at its limit', async () => {
      const { search } = await loki({}, { maxScanBytes: 20 });
      expect((await search({ query: SHOP })).structured.entries).toHaveLength(5);
    });

    it('and says of an empty answer whether the streams or the filters are to blame', async () => {
      const { search } = await loki();
      expect((await search({ query: `${SHOP} |= "nope"` })).text).toBe(
        'No log line for {namespace="shop"} |= "nope" from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z.\n' +
          'The selector has 2 streams with about 188 B then: no line passes the filters.',
      );
      expect((await search({ query: '{app="nope"}' })).text).toContain('log_labels lists them');
    });

    it('and still looks for lines that the index does not know yet', async () => {
      const { fake, search } = await loki();
      const nothing = { streams: 0, chunks: 0, entries: 0, bytes: 0 };
      fake.failNext({ kind: 'reply', reply: { status: 200, body: nothing } });
      expect((await search({ query: SHOP })).structured.entries).toHaveLength(5);
    });

    it('but does without in a Loki that has no such endpoint', async () => {
      const { search } = await loki({ without: ['index/stats'] });
      const { structured } = await search({ query: `${SHOP} |= "502"` });
      expect(structured.entries).toHaveLength(1);
      expect(structured).not.toHaveProperty('index');
    });
  });

  it.each([
    [429, 'too many outstanding requests', 'Loki is busy: ask again in a while'],
    [400, 'the query would read too many bytes (query: 9GB, limit: 5GB)', 'Add labels'],
    [500, 'maximum number of series (500) reached for a single query', 'sum by (app)'],
    [400, 'max entries limit per query exceeded (100 > 50)', 'Ask for fewer lines'],
    [504, 'context deadline exceeded', 'shorten since'],
  ])('tells how to narrow after %d %s', async (status, body, advice) => {
    const { fake, search } = await loki();
    fake.failNext(NO_STATS, { kind: 'reply', reply: { status, body } });
    const [reason, how] = (await toolError(search({ query: SHOP }))).split('\n');
    expect(reason).toContain(`(HTTP ${status}): ${body}`);
    expect(how).toContain(advice);
  });

  it('leaves the stack and the addresses out of what Loki says', async () => {
    const { fake, search } = await loki();
    const body =
      'rpc error: code = Unknown desc = boom at 10.0.0.9:9095\ngoroutine 7 [running]:\nmain.go:1';
    fake.failNext(NO_STATS, { kind: 'reply', reply: { status: 500, body } });
    expect(await toolError(search({ query: SHOP }))).toBe(
      'Loki failed (HTTP 500): rpc error: code = Unknown desc = boom at <address>',
    );
  });

  it('tells of a range that is longer than Loki allows', async () => {
    const { search } = await loki();
    expect(await toolError(search({ query: SHOP, since: '40d' }))).toContain(
      'limit: 30d1h)\nAsk for a shorter since.',
    );
  });

  it.each([0, 1_001, 1.5])('refuses a limit of %d', async (limit) => {
    const { fake, search } = await loki();
    await expect(search({ query: SHOP, limit })).rejects.toThrow();
    expect(fake.requests).toEqual([]);
  });
});
