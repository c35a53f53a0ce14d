import { Redis } from 'ioredis';

/** The connections to one Redis. */
export interface RedisConnections {
  producer: Redis;
  /** Made at the first call. BullMQ copies it for each worker and closes the copies itself. */
  worker(): Redis;
  /** Resolves once what is sent through `producer` goes out at once; rejects when the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** At once, whatever state the connections are in. */
  close(): void;
}

/** A reply is due within this time: BullMQ waits for a job for 10 s at most. */
const WORKER_SILENCE_MS = 20_000;
const PRODUCER_SILENCE_MS = 5_000;
const MAX_RECONNECT_DELAY_MS = 1_000;

/**
 * Connects in the background, now and after every loss.
 * @throws Error when the URL is not one; it does not quote it, for it may hold a password.
 */
export function connectRedis(url: string, onError: (error: Error) => void): RedisConnections {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw new Error('REDIS_URL must look like redis://host:6379/0 (or rediss://, with TLS)');
  }
  const open = (socketTimeout: number) => {
    const client = new Redis(url, {
      // BullMQ demands it of workers. Of the producer's commands the caller's deadline ends the wait.
      maxRetriesPerRequest: null,
      connectTimeout: 5_000,
      // Notices a peer that went away without a word, which TCP alone does after a quarter of an hour.
      socketTimeout,
      retryStrategy: (attempt) => Math.min(attempt * 100, MAX_RECONNECT_DELAY_MS),
    });
    return client.on('error', onError);
  };
  const producer = open(PRODUCER_SILENCE_MS);
  const ready = trackReady(producer);
  let worker: Redis | null = null;
  return {
    producer,
    worker: () => {
      worker ??= open(WORKER_SILENCE_MS);
      return worker;
    },
    ready,
    close: () => {
      producer.disconnect();
      worker?.disconnect();
    },
  };
}

/** Those who wait for a connection; who gives up leaves nothing behind, however long the outage lasts. */
function trackReady(client: Redis): (signal: AbortSignal) => Promise<void> {
  const waiting = new Set<() => void>();
  client.on('ready', () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  });
  return async (signal) => {
    if (client.status === 'ready') return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.add(resolve);
    const giveUp = () => {
      waiting.delete(resolve);
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    await promise;
  };
}
