import type { FakeStream } from '../../fakes/loki.ts';
import { chance, every, jsonLine, type LogEntry, moment, stream } from '../streams.ts';
import { after } from '../times.ts';
import {
  ERRORS_AT,
  FULL_AT,
  JOB,
  JOB_AT,
  JOB_PODS,
  NOW,
  ORDERS_API,
  READY_PODS,
  UNREADY_PODS,
} from './times.ts';

const WINDOW: [string, string] = ['2026-11-20T01:09:01Z', NOW];

/** PostgreSQL says the first when even the reserved places are taken, the second when only those are left. */
const REFUSALS = [
  'FATAL: sorry, too many clients already (SQLSTATE 53300)',
  'FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute (SQLSTATE 53300)',
];
const REQUESTS = [
  ['POST', '/v1/orders'],
  ['GET', '/v1/orders/:id'],
  ['GET', '/v1/customers/:id/orders'],
] as const;

function failure(at: string, index: number): LogEntry {
  const [method, path] = REQUESTS[index % REQUESTS.length] ?? REQUESTS[0];
  const refusal = REFUSALS[index % 5 === 2 ? 1 : 0];
  return jsonLine(at, 'error', 'request failed', {
    method,
    path,
    status: 500,
    tookMs: 2001 + Math.floor(60 * chance(at, path)),
    err: `acquire connection: failed to connect to \`user=orders_api database=commerce\`: 10.43.118.60:5432 (commerce-db.data.svc.cluster.local): server error: ${refusal}`,
  });
}

const validation = (at: string, index: number): LogEntry =>
  jsonLine(at, 'warn', 'validation failed: unknown sku', {
    path: '/v1/orders',
    status: 422,
    sku: `B-${20_411 + index * 17}`,
  });

function ordersPod(suffix: string, index: number): FakeStream {
  const failing = every(31 + index * 2, [after(ERRORS_AT, -14 + index * 9), NOW], (at, n) =>
    failure(at, n + index),
  );
  const everyday = index % 2 === 0 ? every(1_310 + index * 90, WINDOW, validation) : [];
  return stream({ namespace: 'orders', app: 'orders-api', pod: `${ORDERS_API}-${suffix}` }, [
    ...everyday,
    ...failing,
  ]);
}

const worker = [
  ...every(1_530, WINDOW, (at) =>
    jsonLine(at, 'warn', 'carrier api: request timeout, will retry', {
      carrier: 'dpd',
      attempt: 1,
    }),
  ),
  ...every(140, [after(ERRORS_AT, 40), NOW], (at) =>
    jsonLine(at, 'error', 'job failed, will retry', {
      job: 'order.confirm',
      err: `server error: ${REFUSALS[0]}`,
    }),
  ),
];

/** One shard of the export: its pool opens at once, though not all of it finds a place. */
function exporterLog(index: number): LogEntry[] {
  const began = moment(JOB_AT, 4 + index * 0.21);
  const opened = 14 + (index % 2);
  return [
    jsonLine(began, 'info', 'export starts', { date: '2026-11-19', shard: index, shards: 10 }),
    jsonLine(moment(began, 0.4), 'info', 'opening database pool', { min: 16, max: 16 }),
    jsonLine(moment(FULL_AT, -8 + index * 0.9), 'warn', 'database pool open', {
      open: opened,
      wanted: 16,
    }),
    ...every(120, [after(JOB_AT, 75 + index), NOW], (at, n) =>
      jsonLine(at, 'info', 'exported', { shard: index, invoices: 1_150 * (n + 1) + index * 13 }),
    ),
    ...every(67, [after(FULL_AT, 3 + index), after(JOB_AT, 420)], (at) =>
      jsonLine(
        at,
        'warn',
        `database pool: cannot open connection ${opened + 1} of 16, trying again in 5 s`,
        { err: REFUSALS[0] ?? '' },
      ),
    ),
  ];
}

export const streams: FakeStream[] = [
  ...[...READY_PODS, ...UNREADY_PODS.map(({ suffix }) => suffix)].map(ordersPod),
  stream(
    { namespace: 'orders', app: 'orders-worker', pod: 'orders-worker-5f9c7b6d48-dl7xw' },
    worker,
  ),
  ...JOB_PODS.map((suffix, index) =>
    stream(
      { namespace: 'billing', app: 'invoice-export', pod: `${JOB}-${index}-${suffix}` },
      exporterLog(index),
    ),
  ),
];
