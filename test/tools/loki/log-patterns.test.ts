import { describe, expect, it } from 'vitest';
import type { FakeStream } from '../../fakes/loki.ts';
import { lokiWorld } from '../examples/loki.ts';
import { toolError } from '../run.ts';
import { ns, WINDOW } from '../shop.ts';
import { serveLoki } from './serving.ts';

const SHOP = { query: '{namespace="shop"}' };

/** So many lines, evenly over an hour of the shop's night. */
function spread(
  hour: string,
  count: number,
  line: (index: number) => string,
): FakeStream['values'] {
  const step = 3_600_000_000_000n / BigInt(count);
  const start = BigInt(ns(`${hour}:12:00`)) + step / 2n;
  return Array.from({ length: count }, (_, index) => [
    String(start + BigInt(index) * step),
    line(index),
  ]);
}

const busy = (before: number, now: number): FakeStream[] => [
  {
    stream: { app: 'a' },
    values: [
      ...spread('01', before, (index) => `served ${index}`),
      ...spread('02', now, (index) =>
        index % 10 === 0 ? `ERROR refused ${index}` : `served ${index}`,
      ),
    ],
  },
];

describe('log_patterns', () => {
  it('shows what is new first, then what stayed', async () => {
    const { call } = await serveLoki(lokiWorld);
    expect(
      (await call('log_patterns', { query: '{namespace="shop", app="checkout"}' })).text,
    ).toMatchInlineSnapshot(`
      "{namespace="shop", app="checkout"}: 589 lines from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z
      BEFORE is 450 lines from 2026-11-21T01:12:00Z to 2026-11-21T02:12:00Z
      SHIFT  BEFORE  COUNT  LEVEL  FIRST     LAST      PATTERN
      new    0       1      fatal  03:11:40  03:11:40  FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
      new    0       100    error  02:47:00  03:11:45  payment failed err=timeout after <duration> calling payments
      new    0       50     warn   02:47:00  03:11:30  heap at <num> of <size>, collecting
             360     360    info   02:12:00  03:11:50  cart loaded
             60      60     info   02:12:00  03:11:00  order <num> placed by user <num>
             30      18     debug  02:12:00  02:46:00  cache hit for price list
      Examples:
      2026-11-21T02:47:00Z {"level":"error","time":"2026-11-21T02:47:00.000Z","order":20380,"err":{"message":"timeout after 3380ms calling payments"},"msg":"payment failed"}
      2026-11-21T02:47:00Z {"level":"warn","time":"2026-11-21T02:47:00.000Z","msg":"heap at 90% of 256 MiB, collecting"}"
    `);
  });

  it('compares with an equal time just before, up to the moment where the window begins', async () => {
    const { call, asked } = await serveLoki({
      streams: [
        {
          stream: { app: 'a' },
          values: [
            [ns('03:01:59'), 'too early'],
            [ns('03:02:00'), 'before'],
            [ns('03:06:59'), 'before'],
            [ns('03:07:00'), 'now'],
            [ns('03:12:00'), 'now'],
          ],
        },
      ],
    });
    const { structured } = await call('log_patterns', { query: '{app="a"}', since: '5m' });
    expect(structured).toMatchObject({
      window: { lines: 2, sampled: false },
      baseline: { from: '2026-11-21T03:02:00.000Z', to: '2026-11-21T03:07:00.000Z', lines: 2 },
      patterns: [
        { template: 'now', shift: 'new', count: 2, before: 0 },
        { template: 'before', shift: 'gone', count: 0, before: 2 },
      ],
    });
    expect(asked('query_range')).toHaveLength(2);
  });

  it('compares with nothing when asked not to', async () => {
    const { call, asked } = await serveLoki(lokiWorld);
    const { text, structured } = await call('log_patterns', {
      ...SHOP,
      since: '1m',
      baseline: 'off',
    });
    expect(text).toMatch(/^COUNT {2}LEVEL {2}FIRST/m);
    expect(structured.baseline).toBeNull();
    expect(structured.patterns).toContainEqual(
      expect.objectContaining({ template: 'cart loaded', shift: null, count: 6, before: null }),
    );
    expect(asked('query_range')).toHaveLength(1);
  });

  it('reads all of a few thousand lines, in slices', async () => {
    const { call, asked } = await serveLoki({ streams: busy(10, 4_000) });
    const { structured } = await call('log_patterns', { query: '{app="a"}' });
    expect(structured).toMatchObject({
      window: { lines: 4_000, sampled: false },
      patterns: [
        { template: 'ERROR refused <num>', count: 400 },
        { template: 'served <num>', count: 3_600 },
      ],
    });
    expect(asked('query_range').every(({ limit }) => Number(limit) <= 5_000)).toBe(true);
  });

  it('samples more lines evenly over time, and estimates how many there are', async () => {
    const { call } = await serveLoki({ streams: busy(20, 8_000) });
    const { text, structured } = await call('log_patterns', { query: '{app="a"} # all of it' });
    expect(structured).toMatchObject({
      window: { lines: 8_000, sampled: true },
      baseline: { lines: 20, sampled: false },
      patterns: [
        { template: 'ERROR refused <num>', shift: 'new', count: 800 },
        { template: 'served <num>', shift: 'more', count: 7_200, before: 20 },
      ],
    });
    expect(text).toContain('about 8000 lines from');
    expect(text).toContain('counts are estimates from lines spread evenly over the time');
    expect(text).toContain('more x360');
  });

  it('still tells the patterns of a sample when Loki will not count', async () => {
    const { call } = await serveLoki({ streams: busy(1, 8_000), refuses: /^sum\(/ });
    const { text } = await call('log_patterns', { query: '{app="a"}', baseline: 'off' });
    expect(text).toContain('about 5000 lines from');
  });

  it('asks Loki 3 for the level that it has found', async () => {
    const { call } = await serveLoki({
      streams: [
        {
          stream: { app: 'a' },
          values: [[ns('03:00:00'), 'it broke', { detected_level: 'error' }]],
        },
      ],
    });
    const { structured } = await call('log_patterns', { query: '{app="a"}' });
    expect(structured.patterns).toMatchObject([{ template: 'it broke', level: 'error' }]);
  });

  it('says that there is nothing', async () => {
    const { call } = await serveLoki(lokiWorld);
    expect((await call('log_patterns', { query: '{app="nope"}' })).text).toBe(
      'No log line for {app="nope"} from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z, nor just before.',
    );
  });

  it('tells how many patterns the text leaves out', async () => {
    const values = Array.from(
      { length: 60 },
      (_, index) =>
        [
          ns('03:00:00'),
          `${String.fromCharCode(97 + (index % 26))}${index < 26 ? '' : index < 52 ? 'x' : 'y'}`,
        ] as const,
    );
    const { call } = await serveLoki({ streams: [{ stream: { app: 'a' }, values }] });
    const { text, structured } = await call('log_patterns', { query: '{app="a"}' });
    expect(structured.patterns).toHaveLength(60);
    expect(text).toContain('20 more patterns (20 lines); narrow the query to see them.');
  });

  it('refuses to read too much, both windows together', async () => {
    const { call, asked } = await serveLoki(lokiWorld, { maxScanBytes: 1_000 });
    expect(await toolError(call('log_patterns', { query: `${SHOP.query} |= "x"` }))).toContain(
      'would read about',
    );
    expect(asked('index/stats')).toMatchObject([
      { start: ns('01:12:00'), end: `${Date.parse(WINDOW.to)}000001` },
    ]);
  });
});
