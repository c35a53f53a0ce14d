import { createRedisBackend } from 'bullmq';
import type { RedisConnections } from '../redis.ts';
import type { BackEnd } from './back-end.ts';

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
    close: redis.close,
  };
}
