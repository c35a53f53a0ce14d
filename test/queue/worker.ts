import { createLogger } from '../../src/lib/log.ts';
import { openPostgresQueue, openRedisQueue } from '../../src/queue/open.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { Address } from '../services/backends.ts';

/** Takes up one job, says so, and never ends: it is there to be killed. */
const address: Address = JSON.parse(process.argv[2] ?? '');
const settings = { log: createLogger('silent'), lockMs: Number(process.argv[3]) };

async function open() {
  if ('redis' in address) return openRedisQueue({ url: address.redis, ...settings });
  const { queueConnection: connection, embedded } = await openDatabase(address);
  return openPostgresQueue({ connection, embedded, ...settings });
}

const queue = await open();
await queue.consume('deliver', 1, async (payload) => {
  console.log(payload.incidentId);
  await new Promise(() => {});
});
