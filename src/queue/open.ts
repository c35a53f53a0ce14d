import type { Logger } from '../lib/log.ts';
import { BullMqEngine } from './bullmq/engine.ts';
import { onPostgres, type PostgresConnection } from './bullmq/postgres.ts';
import { onRedis } from './bullmq/redis.ts';
import { DurableQueue } from './durable-queue.ts';
import { createErrorLog, messageOf } from './error-log.ts';
import type { Queue } from './queue.ts';
import { connectRedis } from './redis.ts';

interface QueueSettings {
  log: Logger;
  /** How long `add`, `counts` and `ping` wait for the back end. Default 2,000. */
  deadlineMs?: number;
  /** About how long the job of a worker that died stays with it. Default 5,000. */
  lockMs?: number;
  /** How often a job that is added here may fail. Default: 400. */
  attempts?: number;
}

/**
 * The queue on Redis. It connects in the background: without Redis it opens, and `add` rejects until there
 * is one. Redis needs AOF and `maxmemory-policy noeviction`, or it forgets jobs that it has confirmed.
 *
 * @throws Error when the URL is not one.
 */
export async function openRedisQueue({
  url,
  deadlineMs,
  ...settings
}: QueueSettings & { url: string }): Promise<Queue> {
  const logError = createErrorLog(settings.log);
  const redis = connectRedis(url, (error) => logError('Redis', error));
  const engine = new BullMqEngine({ ...settings, logError }, onRedis(redis));
  return new DurableQueue(engine, deadlineMs);
}

/**
 * The queue on PostgreSQL, whose tables it makes or brings up to date first.
 *
 * @throws Error in words when the database does not answer.
 */
export async function openPostgresQueue({
  connection,
  embedded,
  deadlineMs,
  ...settings
}: QueueSettings & {
  connection: PostgresConnection;
  /** On PGlite, whose workers are not woken by a new job. */
  embedded: boolean;
}): Promise<Queue> {
  const logError = createErrorLog(settings.log);
  const engine = new BullMqEngine({ ...settings, logError }, onPostgres(connection, embedded));
  try {
    await engine.connected();
  } catch (error) {
    await engine.close();
    throw new Error(`The PostgreSQL of the queue does not answer: ${messageOf(error)}`);
  }
  return new DurableQueue(engine, deadlineMs);
}
