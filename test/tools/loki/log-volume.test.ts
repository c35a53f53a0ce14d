import { describe, expect, it } from 'vitest';
import { lokiWorld } from '../examples/loki.ts';
import { toolError } from '../run.ts';
import { ns } from '../shop.ts';
import { serveLoki } from './serving.ts';

const SHOP = '{namespace="shop"}';

describe('log_volume', () => {
  it('draws the lines of each value over time, the most first', async () => {
    const { call, asked } = await serveLoki(lokiWorld);
    expect((await call('log_volume', { query: SHOP, by: 'app' })).text).toMatchInlineSnapshot(`
      "{namespace="shop"}: 1330 lines from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z, one character for each 2m
      APP        LINES  BYTES     PEAK               OVER TIME
      web        721    52.6 KiB  25 after 02:50:00  ██████████████████████████████
      checkout   586    57.5 KiB  26 after 02:48:00  ▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▇████████████
      orders-db  23     1.1 KiB   12 after 03:10:00  ··▁·▁··▁·▁··▁·▁··▁·▁··▁·▁··▁·█"
    `);
    expect(asked('query_range')).toMatchObject([
      { query: `sum by (app) (count_over_time(${SHOP}\n[120s]))`, step: '120s' },
    ]);
  });

  it('draws one row without a label, and no bytes of a query with a filter', async () => {
    const { call, asked } = await serveLoki(lokiWorld);
    const { text, structured } = await call('log_volume', { query: `${SHOP} |= "payment"` });
    expect(text).toMatch(/^100 {4}8 after 02:48:00 {2}·{17}▅█{11}▇$/m);
    expect(structured.rows).toMatchObject([{ value: '', lines: 100 }]);
    await call('log_volume', { query: `${SHOP} |= "payment"`, by: 'app' });
    expect(asked('index/volume')).toEqual([]);
  });

  it('counts each line once, in the step that it was written in', async () => {
    const values = ['03:07:01', '03:11:59', '03:12:00'].map((time) => [ns(time), 'x'] as const);
    const { call } = await serveLoki({ streams: [{ stream: { app: 'a' }, values }] });
    const { structured } = await call('log_volume', { query: '{app="a"}', since: '5m' });
    expect(structured).toMatchObject({
      step_seconds: 10,
      lines: 3,
      rows: [{ counts: [1, ...Array.from({ length: 28 }, () => 0), 2] }],
    });
  });

  it('says so when no line at all has the label', async () => {
    const { call } = await serveLoki(lokiWorld);
    const { text } = await call('log_volume', { query: SHOP, by: 'application' });
    expect(text).toMatch(/^\(no application\) +1330 /m);
    expect(text).toContain('\nNo line has a label application: log_labels names those');
  });

  it('names the lines that have no such label', async () => {
    const { call } = await serveLoki({
      streams: [
        { stream: { app: 'a', pod: 'p' }, values: [[ns('03:00:00'), 'x']] },
        {
          stream: { app: 'a' },
          values: [
            [ns('03:00:00'), 'x'],
            [ns('03:00:01'), 'x'],
          ],
        },
      ],
    });
    const { text } = await call('log_volume', { query: '{app="a"}', by: 'pod' });
    expect(text).toMatch(/^\(no pod\) +2 .*\np +1 /m);
  });

  it('does without bytes in a Loki that keeps no account of them', async () => {
    const { call } = await serveLoki({ ...lokiWorld, without: ['index/volume', 'index/stats'] });
    const { text } = await call('log_volume', { query: SHOP, by: 'app' });
    expect(text).toMatch(/^APP +LINES +PEAK/m);
  });

  it('folds what is beyond twenty values', async () => {
    const streams = Array.from({ length: 25 }, (_, index) => ({
      stream: { app: 'a', pod: `p${index}` },
      values: [[ns('03:00:00'), 'x'] as const],
    }));
    const { call } = await serveLoki({ streams });
    expect((await call('log_volume', { query: '{app="a"}', by: 'pod' })).text).toContain(
      '5 more values of pod (5 lines); narrow the selector to see them.',
    );
  });

  it('says that there is no line', async () => {
    const { call } = await serveLoki(lokiWorld);
    expect((await call('log_volume', { query: '{app="nope"}' })).text).toBe(
      'No log line for {app="nope"} from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z.',
    );
  });

  it('refuses to count what is too much to read', async () => {
    const { call, asked } = await serveLoki(lokiWorld, { maxScanBytes: 1_000 });
    expect(await toolError(call('log_volume', { query: SHOP }))).toContain('would read about');
    expect(asked('query_range')).toEqual([]);
  });
});
