import { Redis } from 'ioredis';

/** The connections to one Redis. */
export interface RedisConnections {
  producer: Redis;
  /** Made at the first call. BullMQ copies it for each worker and closes the copies itself. */
  worker(): Redis;
  /** Resolves once what is sent through `producer` goes out at once. Never rejects. */
  ready(): Promise<void>;
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

/** One promise for all who wait: each add of an outage with a listener of its own would pile up. */
function trackReady(client: Redis): () => Promise<void> {
  let gate = Promise.withResolvers<void>();
  let open = false;
  client.on('ready', () => {
    open = true;
    gate.resolve();
  });
  client.on('close', () => {
    if (open) gate = Promise.withResolvers<void>();
    open = false;
  });
  return () => gate.promise;
}
