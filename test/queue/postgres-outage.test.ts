import { afterEach, describe, expect, test } from 'vitest';
import { openPostgresQueue } from '../../src/queue/open.ts';
import { type Queue, QueueUnavailable } from '../../src/queue/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import { silent } from '../services/backends.ts';
import { findPostgres } from '../services/binaries.ts';
import { type Server, startPostgres } from '../services/servers.ts';

const binaries = findPostgres();
const PATIENT = { timeout: 10_000 };
const aJob = (incidentId: string) => ({ version: 1 as const, incidentId, channel: 'slack' });

describe.skipIf(binaries === null)('the queue, when its PostgreSQL', () => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  async function open(): Promise<{ server: Server; queue: Queue }> {
    const server = await startPostgres(binaries ?? '');
    cleanUp.push(() => server.stop());
    const database = await openDatabase({ url: server.url });
    cleanUp.push(() => database.close());
    const { queueConnection: connection, embedded } = database;
    const queue = await openPostgresQueue({ connection, embedded, log: silent });
    cleanUp.push(() => queue.close(0));
    return { server, queue };
  }

  test('dies: an add is refused, and after it is back the worker of before goes on', async () => {
    const { server, queue } = await open();
    const handled: string[] = [];
    await queue.consume('deliver', 1, async ({ incidentId }) => {
      handled.push(incidentId);
    });
    await queue.add('deliver', aJob('before'));
    await expect.poll(() => handled, PATIENT).toContain('before');
    await queue.add('deliver', aJob('delayed'), { delayMs: 500 });

    server.signal('SIGKILL');
    await server.gone();
    // The sessions of a killed PostgreSQL outlive it for a moment, and what they confirm is kept.
    const add = () => queue.add('deliver', aJob('meanwhile'), { id: 'meanwhile' });
    await expect
      .poll(() => add().catch((error: unknown) => error))
      .toBeInstanceOf(QueueUnavailable);
    await server.restart();
    await expect.poll(() => handled, PATIENT).toContain('delayed');
    await queue.add('deliver', aJob('after'));
    await expect.poll(() => handled, PATIENT).toContain('after');
  });

  test('is not there at the start: opening the queue says so', async () => {
    const connection = {
      host: '127.0.0.1',
      port: 1,
      max: 1,
      schema: 'probable_cause_queue',
    };
    const opening = openPostgresQueue({ connection, embedded: false, log: silent });
    await expect(opening).rejects.toThrow(
      /PostgreSQL of the queue does not answer: .*ECONNREFUSED/,
    );
  });
});
