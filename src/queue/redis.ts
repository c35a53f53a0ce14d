import { Redis } from 'ioredis';
import type { ProbeResult } from '../lib/probe.ts';

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

/**
 * Whether Redis answers, and whether it keeps what it was given: a queue on one that evicts keys or writes no
 * append-only file forgets alerts that were accepted. Asked with INFO, which managed services allow too.
 */
export async function probeRedis(url: string): Promise<ProbeResult[]> {
  const system = 'Redis';
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 5_000, retryStrategy: null });
  // Told by the rejection of what was asked; without a listener it would be printed too.
  client.on('error', () => {});
  try {
    await client.connect();
    const info = `${await client.info('persistence')}\n${await client.info('memory')}`;
    const faults = [
      ...(/^aof_enabled:1/m.test(info) ? [] : ['appendonly is off']),
      ...(/^maxmemory_policy:noeviction/m.test(info) ? [] : ['it may evict keys']),
    ];
    if (faults.length === 0) {
      return [{ system, ok: true, detail: 'answers, keeps all it is given', advice: null }];
    }
    const advice = 'run it with appendonly yes and maxmemory-policy noeviction, or alerts get lost';
    return [{ system, ok: false, detail: faults.join(', '), advice }];
  } catch (error) {
    const detail = `does not answer: ${error instanceof Error ? error.message : 'no reason given'}`;
    return [{ system, ok: false, detail, advice: 'check REDIS_URL, and that it can be reached' }];
  } finally {
    client.disconnect();
  }
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
