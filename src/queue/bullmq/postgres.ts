import { createPostgresBackend, type PgPool, type PostgresConnectionOptions } from 'bullmq';
import type { BackEnd } from './back-end.ts';

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
    close: () => {},
  };
}
