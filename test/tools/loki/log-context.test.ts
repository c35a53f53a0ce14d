import { describe, expect, it } from 'vitest';
import { lokiWorld } from '../examples/loki.ts';
import { toolError } from '../run.ts';
import { ns } from '../shop.ts';
import { serveLoki } from './serving.ts';

const AT = '2026-11-21T03:00:10.000000005Z';
const STREAMS = [
  {
    stream: { app: 'a', pod: 'a-1' },
    values: Array.from(
      { length: 21 },
      (_, index) => [ns('03:00:10', String(index).padStart(9, '0')), `line ${index}`] as const,
    ),
  },
  { stream: { app: 'a', pod: 'a-2' }, values: [[ns('03:00:10', '000000006'), 'of another pod']] },
] as const;

function lineOf(entries: unknown): string[] {
  return Array.isArray(entries) ? entries.map(({ line }) => line) : [];
}

describe('log_context', () => {
  it('shows the lines around one line of the same stream, without the filter', async () => {
    const { call } = await serveLoki(lokiWorld);
    const query = '{namespace="shop", app="checkout"} |= "FATAL"';
    const at = '2026-11-21T03:11:40.125Z';
    expect(
      (await call('log_context', { query, at, before: 2, after: 1 })).text,
    ).toMatchInlineSnapshot(`
      "Around 2026-11-21T03:11:40.125Z:
      All have {namespace="shop", app="checkout", container="app", pod="checkout-6b9f7c9d4-x2x4p"}
        2026-11-21T03:11:30Z {"level":"error","time":"2026-11-21T03:11:30.000Z","order":20478,"err":{"message":"timeout after 3478ms calling payments"},"msg":"payment failed"}
        2026-11-21T03:11:40Z {"level":"info","time":"2026-11-21T03:11:40.000Z","items":16,"took":38,"msg":"cart loaded"}
      > 2026-11-21T03:11:40.125Z FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
           1: 0xb7a940 node::Abort()
           2: 0xa8e823 node::FatalError()
        2026-11-21T03:11:45Z {"level":"error","time":"2026-11-21T03:11:45.000Z","order":20479,"err":{"message":"timeout after 3479ms calling payments"},"msg":"payment failed"}"
    `);
  });

  it('finds the line to the nanosecond, and only its stream', async () => {
    const { call } = await serveLoki({ streams: STREAMS });
    const { text, structured } = await call('log_context', {
      query: '{app="a"}',
      at: AT,
      before: 3,
      after: 2,
    });
    expect(structured).toMatchObject({ found: true, at: AT, selectors: ['{app="a", pod="a-1"}'] });
    expect(lineOf(structured.entries)).toEqual([
      'line 2',
      'line 3',
      'line 4',
      'line 5',
      'line 6',
      'line 7',
    ]);
    expect(text).toContain(`\n> ${AT} line 5\n`);
  });

  it('takes a time with an offset', async () => {
    const { call } = await serveLoki({ streams: STREAMS });
    const at = '2026-11-21T04:00:10.000000005+01:00';
    expect((await call('log_context', { query: '{app="a"}', at })).structured.found).toBe(true);
  });

  it('shows what is around a time at which there is no line', async () => {
    const { call } = await serveLoki({ streams: STREAMS });
    const { text, structured } = await call('log_context', {
      query: '{app="a"} |= "line"',
      at: '2026-11-21T03:00:11Z',
      before: 1,
    });
    expect(structured.found).toBe(false);
    expect(lineOf(structured.entries)).toEqual(['line 20']);
    expect(text).toContain(
      'No line at exactly 2026-11-21T03:00:11.000000000Z in {app="a"}: these are around it.',
    );
  });

  it('shows each stream that has a line at that instant', async () => {
    const { call } = await serveLoki({ streams: STREAMS });
    const { structured } = await call('log_context', {
      query: '{app="a"}',
      at: '2026-11-21T03:00:10.000000006Z',
      before: 1,
      after: 0,
    });
    expect(lineOf(structured.entries).sort()).toEqual(['line 5', 'line 6', 'of another pod']);
  });

  it('says that there is nothing within an hour', async () => {
    const { call } = await serveLoki({ streams: STREAMS });
    const { text } = await call('log_context', { query: '{app="a"}', at: '2026-11-20T03:00:11Z' });
    expect(text).toBe('No line within an hour of 2026-11-20T03:00:11.000000000Z in {app="a"}.');
  });

  it.each([
    ['{app="a"}', 'yesterday', 'at: "yesterday" is no time.'],
    ['rate({app="a"}[5m]) / rate({app="b"}[5m])', AT, 'is no query for the lines of one selector'],
    ['nope', AT, 'is no query for the lines of one selector'],
  ])('refuses %s at %s', async (query, at, words) => {
    const { fake, call } = await serveLoki({ streams: STREAMS });
    expect(await toolError(call('log_context', { query, at }))).toContain(words);
    expect(fake.requests).toEqual([]);
  });
});
