import type { Config } from '../config/config.ts';
import type { Logger } from '../lib/log.ts';
import { openPostgresQueue, openRedisQueue } from '../queue/open.ts';
import type { Queue } from '../queue/queue.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { DirectoryInUse } from '../store/directory-lock.ts';
import type { Store } from '../store/store.ts';
import { CommandError } from './command-error.ts';

export interface Storage {
  store: Store;
  queue: Queue;
  /** Lets running jobs end for up to `graceMs`, then closes everything. Never rejects. */
  close(graceMs: number): Promise<void>;
}

export function openStorage(config: Config, log: Logger): Promise<Storage> {
  return openBoth(config, log, false);
}

/** Store and queue for a command; beside a running `serve` they are that one's. */
export function openStorageBeside(config: Config, log: Logger): Promise<Storage> {
  return openBoth(config, log, true);
}

async function openBoth(config: Config, log: Logger, attach: boolean): Promise<Storage> {
  const database = await openConfiguredDatabase(config, attach);
  const store = await openStoreIn(database);
  const queue = await openQueue(config, database, log);
  return {
    store,
    queue,
    async close(graceMs) {
      await queue.close(graceMs);
      await store.close();
      await database.close();
    },
  };
}

/** The store alone, to read from; beside a running `serve` it is that one's. */
export async function openStoreToRead(
  config: Config,
): Promise<{ store: Store; close(): Promise<void> }> {
  const database = await openConfiguredDatabase(config, true);
  const store = await openStoreIn(database);
  return {
    store,
    async close() {
      await store.close();
      await database.close();
    },
  };
}

/** The queue alone, for a process that only takes webhooks. */
export async function openQueueAlone(
  config: Config,
  log: Logger,
): Promise<{ queue: Queue; close(): Promise<void> }> {
  const { databaseUrl, redisUrl } = config.storage;
  if (redisUrl !== null) {
    const queue = await openRedisQueue({ url: redisUrl.reveal(), log });
    return { queue, close: () => queue.close(0) };
  }
  if (databaseUrl === null) {
    throw new CommandError(
      'webhooks: the embedded database serves one process only. Run "serve", or set REDIS_URL or DATABASE_URL.',
    );
  }
  const database = await openConfiguredDatabase(config, false);
  const queue = await openQueue(config, database, log);
  return {
    queue,
    async close() {
      await queue.close(0);
      await database.close();
    },
  };
}

/** Loaded here: `webhooks` knows no store, and shall not pay for one. */
async function openStoreIn(database: Database): Promise<Store> {
  const { openStore } = await import('../store/open.ts');
  return await openStore(database);
}

async function openConfiguredDatabase({ storage }: Config, attach: boolean): Promise<Database> {
  try {
    return await (storage.databaseUrl === null
      ? openDatabase({ dataDir: storage.dataDir, attach })
      : openDatabase({ url: storage.databaseUrl.reveal() }));
  } catch (error) {
    if (error instanceof DirectoryInUse || !(error instanceof Error)) throw error;
    // It was written to be read, and names the place; where it was thrown helps nobody.
    throw new CommandError(error.message);
  }
}

function openQueue({ storage }: Config, database: Database, log: Logger): Promise<Queue> {
  return storage.redisUrl === null
    ? openPostgresQueue({ connection: database.queueConnection, embedded: database.embedded, log })
    : openRedisQueue({ url: storage.redisUrl.reveal(), log });
}
