import { createRedisBackend } from 'bullmq';
import type { RedisConnections } from '../redis.ts';
import type { BackEnd } from './back-end.ts';
import { isStranded, SKEW_MS, STRANDED_AT_ONCE } from './wrong-clock.ts';

/** BullMQ keeps delayed jobs by their due time in 1/4,096 ms, so that those of one millisecond have an order. */
const SCORES_IN_A_MS = 4_096;

/** Where jobs are kept in a Redis, over connections that the caller makes and closes. */
export function onRedis(redis: RedisConnections): BackEnd {
  return {
    producer: (name, options, role) =>
      createRedisBackend(name, { ...options, connection: redis.producer }, role),
    worker: (name, options, role) =>
      createRedisBackend(name, { ...options, connection: redis.worker() }, role),
    workerOptions: {},
    ready: redis.ready,
    workersConnectOnce: false,
    async stranded(queue, now) {
      const found = await redis.producer.zrevrangebyscore(
        queue.toKey('delayed'),
        '+inf',
        (now + SKEW_MS) * SCORES_IN_A_MS,
        'WITHSCORES',
        'LIMIT',
        0,
        STRANDED_AT_ONCE,
      );
      const jobs = await Promise.all(
        pairsOf(found).map(async ([id, score]) => ({
          id,
          dueAt: Number(score) / SCORES_IN_A_MS,
          delayMs: Number(await redis.producer.hget(queue.toKey(id), 'delay')),
        })),
      );
      return jobs.filter((job) => isStranded(job, now)).map(({ id }) => id);
    },
    // They are keys that Redis expires by its own count.
    shortenLocks: async () => 0,
    close: redis.close,
  };
}

/** Names and scores, which Redis gives in turn. */
function pairsOf(items: readonly string[]): [string, string][] {
  return items.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, items[index + 1] ?? '']] : [],
  );
}
