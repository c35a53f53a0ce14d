import type { FakeLokiOptions, FakeStream } from '../../fakes/loki.ts';

const FROM = Date.parse('2026-11-21T01:12:00Z');
const TO = Date.parse('2026-11-21T03:12:00Z');
/** When checkout began to run out of memory. */
const TROUBLE = Date.parse('2026-11-21T02:47:00Z');
const KILLED = Date.parse('2026-11-21T03:11:40.125Z');

type Line = readonly [ns: string, line: string];

function line(ms: number, text: string): Line {
  return [`${ms}000000`, text];
}

/** A line every so often, from the hour before the window to its end; null leaves one out. */
function every(seconds: number, write: (at: Date, index: number) => string | null): Line[] {
  const lines: Line[] = [];
  for (let at = FROM, index = 0; at < TO; at += seconds * 1000, index += 1) {
    const text = write(new Date(at), index);
    if (text !== null) lines.push(line(at, text));
  }
  return lines;
}

function json(at: Date, level: string, msg: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ level, time: at.toISOString(), ...more, msg });
}

function stream(app: string, pod: string, values: readonly Line[], namespace = 'shop'): FakeStream {
  return { stream: { namespace, app, container: 'app', pod }, values };
}

const inTrouble = (at: Date) => at.getTime() >= TROUBLE;

const CHECKOUT = [
  ...every(10, (at, index) =>
    json(at, 'info', 'cart loaded', { items: (index * 37) % 90, took: index % 40 }),
  ),
  ...every(60, (at, index) =>
    json(at, 'info', `order ${10_000 + index} placed by user ${index * 7}`),
  ),
  ...every(120, (at) => (inTrouble(at) ? null : json(at, 'debug', 'cache hit for price list'))),
  ...every(30, (at, index) =>
    inTrouble(at)
      ? json(at, 'warn', `heap at ${Math.min(99, 60 + (index % 40))}% of 256 MiB, collecting`)
      : null,
  ),
  ...every(15, (at, index) =>
    inTrouble(at)
      ? json(at, 'error', 'payment failed', {
          order: 20_000 + index,
          err: { message: `timeout after ${3000 + index}ms calling payments` },
        })
      : null,
  ),
  line(
    KILLED,
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n 1: 0xb7a940 node::Abort()\n 2: 0xa8e823 node::FatalError()',
  ),
];

const WEB = [
  ...every(5, (at, index) => {
    const status = inTrouble(at) && index % 3 === 0 ? 502 : 200;
    return `10.1.0.${index % 9} - - [21/Nov/2026:${at.toISOString().slice(11, 19)} +0000] "GET /cart/${index} HTTP/1.1" ${status} ${500 + (index % 50)}`;
  }),
  ...every(600, (at) =>
    inTrouble(at) ? 'level=error msg="upstream unavailable" upstream=checkout' : null,
  ),
];

const POSTGRES = [
  ...every(
    300,
    (at) => `${at.toISOString()} LOG:  checkpoint complete: wrote ${at.getUTCMinutes()} buffers`,
  ),
  ...every(1, (at) => (at.getTime() > KILLED - 20_000 ? 'connection reset by peer' : null)).slice(
    0,
    12,
  ),
];

/** The shop's night in Loki, with the hour before it. */
export const lokiWorld: FakeLokiOptions = {
  streams: [
    stream('checkout', 'checkout-6b9f7c9d4-x2x4p', CHECKOUT),
    stream('web', 'web-5c7d8-q9w8e', WEB),
    stream('orders-db', 'orders-db-0', POSTGRES),
    stream(
      'backup',
      'backup-0',
      every(900, () => 'level=info msg="nothing to do"'),
      'quiet',
    ),
  ],
};

export const lokiExamples: { tool: string; args: Record<string, unknown> }[] = [
  {
    tool: 'search_logs',
    args: { query: '{namespace="shop", app=~"checkout|orders-db"} != "cart"', since: '1m' },
  },
  { tool: 'log_patterns', args: { query: '{namespace="shop"}' } },
  {
    tool: 'log_context',
    args: {
      query: '{namespace="shop", app="checkout"} |= "FATAL"',
      at: '2026-11-21T03:11:40.125Z',
      before: 5,
      after: 3,
    },
  },
  { tool: 'log_labels', args: { query: '{namespace="shop"}' } },
  { tool: 'log_labels', args: { label: 'app' } },
  { tool: 'log_labels', args: {} },
  { tool: 'log_volume', args: { query: '{namespace="shop"}', by: 'app' } },
  { tool: 'log_volume', args: { query: '{app="web"} |~ "HTTP/1.1. 5"' } },
];
