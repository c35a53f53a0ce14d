import {
  createPostgresBackend,
  type PgPool,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
} from 'bullmq';
import type { BackEnd, Producer } from './back-end.ts';
import { SKEW_MS, STRANDED_AT_ONCE } from './wrong-clock.ts';

export type PostgresConnection = Exclude<PostgresConnectionOptions, string | PgPool>;

/** PGlite does not pass NOTIFY on to who listens, so workers there look for themselves this often. */
const POLL_S = 0.2;

/** @param embedded On PGlite, whose workers are not woken by a new job. */
export function onPostgres(own: PostgresConnection, embedded: boolean): BackEnd {
  const connection = { ...own, migrate: true };
  const producer: BackEnd['producer'] = (name, options, role) =>
    createPostgresBackend(name, { ...options, connection }, role);
  const polling: BackEnd['worker'] = (name, options, role) =>
    // While a job is delayed, BullMQ would sleep until it is due and rely on being woken for others.
    Object.defineProperty(producer(name, options, role), 'maximumBlockTimeout', { value: POLL_S });
  return {
    producer,
    worker: embedded ? polling : producer,
    workerOptions: embedded ? { drainDelay: POLL_S } : {},
    ready: async () => {},
    workersConnectOnce: true,
    stranded: findStranded,
    shortenLocks,
    close: () => {},
  };
}

/** The same as `isStranded` says, for all jobs of a queue at once. */
async function findStranded(queue: Producer, now: number): Promise<string[]> {
  const { rows } = await poolOf(queue).query<{ id: string }>(
    `SELECT id FROM job
      WHERE queue = $1 AND state = 'delayed' AND process_at_ms > $2::bigint + delay_ms
      ORDER BY process_at_ms DESC LIMIT $3`,
    [queue.name, now + SKEW_MS, STRANDED_AT_ONCE],
  );
  return rows.map(({ id }) => id);
}

/**
 * BullMQ looks for the jobs of dead workers by the locks that have run out, and no sooner than some time after
 * the last look. Both times are of a worker's clock, so both may lie in the future.
 */
async function shortenLocks(queue: Producer, now: number, lockMs: number): Promise<number> {
  const pool = poolOf(queue);
  await pool.query(
    `DELETE FROM meta WHERE queue = $1 AND field = 'stalled-check' AND value::bigint > $2::bigint`,
    [queue.name, now + SKEW_MS],
  );
  const { rows } = await pool.query(
    `UPDATE job SET locked_until_ms = $2::bigint
      WHERE queue = $1 AND state = 'active' AND locked_until_ms > $3::bigint RETURNING id`,
    [queue.name, now + lockMs, now + lockMs + SKEW_MS],
  );
  return rows.length;
}

/** Its connections are in the schema of the queue. */
function poolOf({ backend, name }: Producer): PgPool {
  if (backend instanceof PostgresQueueBackend) return backend.connection.pool;
  throw new TypeError(`The queue of ${name} is not in PostgreSQL`);
}
