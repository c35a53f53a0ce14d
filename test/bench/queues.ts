import type { Logger } from '../../src/lib/log.ts';
import { openPostgresQueue, openRedisQueue } from '../../src/queue/open.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { type DatabaseLocation, openDatabase } from '../../src/store/database.ts';

export type Address = { redis: string } | DatabaseLocation;

export interface OpenQueue {
  queue: Queue;
  close(): Promise<void>;
}

/** The queue of a `webhooks` process: as the program opens it. */
export async function openQueue(address: Address, log: Logger): Promise<OpenQueue> {
  if ('redis' in address) {
    const queue = await openRedisQueue({ url: address.redis, log });
    return { queue, close: () => queue.close(0) };
  }
  const database = await openDatabase(address);
  const { queueConnection: connection, embedded } = database;
  const queue = await openPostgresQueue({ connection, embedded, log });
  return {
    queue,
    async close() {
      await queue.close(0);
      await database.close();
    },
  };
}
