import type { FakeStream } from '../../fakes/loki.ts';
import { chance, every, jsonLine, type LogEntry, moment, stream } from '../streams.ts';
import { type Life, livesFrom, NEW_PODS, OLD_PODS } from './times.ts';

const WINDOW: [string, string] = ['2026-11-18T01:54:32Z', '2026-11-18T02:55:02Z'];
const PRICES_PER_SECOND = 10_000;

/** The log of one life of the new release: it loads prices until it ends in the middle of that, without a word. */
function warmUp(pod: string, { startedAt, finishedAt }: Life): LogEntry[] {
  const release = { service: 'pricing-api', version: '2.14.0' };
  const info = (seconds: number, msg: string, more: Record<string, string | number | boolean>) =>
    jsonLine(moment(startedAt, seconds), 'info', msg, { ...release, ...more });
  const first = 0.31 + 0.2 * chance(pod, startedAt);
  const lines = [
    info(first, 'starting', { node: 'v22.11.0', heapLimitMiB: 1024 }),
    info(first + 0.24, 'connected to redis', {}),
    info(first + 0.41, 'price cache: warm-up begins', { maxItems: 500_000 }),
    info(first + 0.42, 'listening', { port: 8080, ready: false }),
  ];
  const life = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  for (let loaded = 50_000; ; loaded += 50_000) {
    const luck = chance(pod, startedAt, String(loaded));
    const seconds = loaded / PRICES_PER_SECOND + first + 0.4 + luck;
    if (seconds >= life) return lines;
    const rssMiB = Math.round(95 + (loaded / PRICES_PER_SECOND) * 8.9 + luck * 6);
    lines.push(info(seconds, 'price cache: warming', { loaded, of: 500_000, rssMiB }));
  }
}

/** The rates are synchronised every hour, last at 02:00:13. */
const stale = (at: string): LogEntry =>
  jsonLine(at, 'warn', 'currency rates: timeout after 2000 ms, using rates of the last sync', {
    service: 'pricing-api',
    version: '2.13.4',
    ageSeconds: Math.floor((Date.parse(at) - Date.parse('2026-11-18T01:00:13Z')) / 1000) % 3600,
  });

function oldPricing(pod: string, index: number): FakeStream {
  const requests = every(95 + index * 13, WINDOW, (at, n) =>
    jsonLine(at, 'info', 'request summary', {
      service: 'pricing-api',
      version: '2.13.4',
      requests: 5400 + ((n * 7919) % 400),
      p99Ms: 31 + (n % 7),
      cacheHitRatio: 0.93,
    }),
  );
  const sizes = every(590 + index * 7, WINDOW, (at) =>
    jsonLine(at, 'info', 'price cache: size', {
      service: 'pricing-api',
      version: '2.13.4',
      items: 250_000,
      maxItems: 250_000,
      rssMiB: 329 + index * 3,
    }),
  );
  const rates = every(1_420 + index * 170, WINDOW, stale);
  return stream({ namespace: 'shop', app: 'pricing-api', pod }, [...requests, ...sizes, ...rates]);
}

const checkoutNoise = every(410, WINDOW, (at, n) =>
  n % 3 === 0
    ? jsonLine(at, 'error', 'payment declined by issuer', {
        service: 'checkout-api',
        declineCode: 'insufficient_funds',
        retryable: false,
      })
    : jsonLine(at, 'warn', 'inventory: request timeout, retried', {
        service: 'checkout-api',
        attempt: 1,
        tookMs: 1503 + n * 11,
      }),
);
const declinedOnly = every(1_130, WINDOW, (at) =>
  jsonLine(at, 'error', 'payment authorisation failed: card expired', {
    service: 'checkout-api',
    retryable: false,
  }),
);
const cartNoise = every(880, WINDOW, (at, n) =>
  jsonLine(at, 'warn', 'session store: read failed once, retried', {
    service: 'cart-api',
    attempt: 1 + (n % 2),
  }),
);

export const streams: FakeStream[] = [
  ...NEW_PODS.map(({ name, startedAt }) =>
    stream(
      { namespace: 'shop', app: 'pricing-api', pod: name },
      livesFrom(startedAt).flatMap((life) => warmUp(name, life)),
    ),
  ),
  ...OLD_PODS.map(oldPricing),
  stream(
    { namespace: 'shop', app: 'checkout-api', pod: 'checkout-api-7f4b9c66d5-4mz8p' },
    checkoutNoise,
  ),
  stream(
    { namespace: 'shop', app: 'checkout-api', pod: 'checkout-api-7f4b9c66d5-tq2rd' },
    declinedOnly,
  ),
  stream({ namespace: 'shop', app: 'cart-api', pod: 'cart-api-6c9d5f7b8-2xkqj' }, cartNoise),
  stream(
    { namespace: 'shop', app: 'currency-rates-sync', pod: 'currency-rates-sync-29916120-lx5gw' },
    [
      jsonLine('2026-11-18T02:00:04.120Z', 'info', 'fetching rates', { provider: 'ecb' }),
      jsonLine('2026-11-18T02:00:13.877Z', 'info', 'rates stored', { currencies: 31 }),
    ],
  ),
];
