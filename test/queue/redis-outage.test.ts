import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { openRedisQueue } from '../../src/queue/open.ts';
import { type Queue, QueueUnavailable } from '../../src/queue/queue.ts';
import { silent } from '../services/backends.ts';
import { findRedis } from '../services/binaries.ts';
import { type Server, startRedis } from '../services/servers.ts';
import { capturedLog } from './captured-log.ts';
import { mailbox } from './mailbox.ts';

const binary = findRedis();
const DEADLINE_MS = 300;
const PATIENT = { timeout: 10_000 };
const aJob = (incidentId: string) => ({ version: 1 as const, incidentId, channel: 'slack' });

describe.skipIf(binary === null)('the queue, when Redis', () => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  async function ownRedis(): Promise<Server> {
    const server = await startRedis(binary ?? '');
    cleanUp.push(() => server.stop());
    return server;
  }

  async function open(url: string, log = silent): Promise<Queue> {
    const queue = await openRedisQueue({ url, log, deadlineMs: DEADLINE_MS, lockMs: 1_000 });
    cleanUp.push(() => queue.close(0));
    return queue;
  }

  /** The incidents of the jobs that were handled, as they come. */
  async function record(queue: Queue): Promise<string[]> {
    const handled: string[] = [];
    await queue.consume('deliver', 1, async ({ incidentId }) => {
      handled.push(incidentId);
    });
    return handled;
  }

  async function succeeds(work: () => Promise<unknown>): Promise<void> {
    const once = () =>
      work().then(
        () => true,
        () => false,
      );
    await expect.poll(once, PATIENT).toBe(true);
  }

  test('hangs: an add is refused at its deadline, and taken when it is back', async () => {
    const server = await ownRedis();
    const queue = await open(server.url);
    await queue.ping();
    server.signal('SIGSTOP');
    await expect(queue.add('deliver', aJob('a'))).rejects.toThrow(QueueUnavailable);
    await expect(queue.ping()).rejects.toThrow(
      'The queue could not answer: no answer within 0.3 s',
    );
    server.signal('SIGCONT');
    await succeeds(() => queue.add('deliver', aJob('b')));
  });

  test('has no memory left: every add in flight is refused, and the next are taken when it has', async () => {
    const server = await ownRedis();
    const queue = await open(server.url);
    await queue.ping();
    const admin = new Redis(server.url);
    await admin.config('SET', 'maxmemory', '1');
    const adds = ['a', 'b', 'c'].map((name) => queue.add('deliver', aJob(name)));
    for (const { status } of await Promise.allSettled(adds)) expect(status).toBe('rejected');
    await admin.config('SET', 'maxmemory', '0');
    await admin.quit();
    await Promise.all(['d', 'e'].map((name) => queue.add('deliver', aJob(name))));
    expect(await queue.counts('deliver')).toMatchObject({ waiting: 2 });
  });

  test('dies: what it confirmed is handled after it is back, by the worker of before', async () => {
    const server = await ownRedis();
    const queue = await open(server.url);
    const handled = await record(queue);
    await queue.add('deliver', aJob('before'));
    await expect.poll(() => handled).toContain('before');
    await queue.add('deliver', aJob('delayed'), { delayMs: 500 });

    server.signal('SIGKILL');
    await server.gone();
    await expect(queue.add('deliver', aJob('refused'))).rejects.toThrow(QueueUnavailable);
    await server.restart();
    await expect.poll(() => handled, PATIENT).toContain('delayed');
    await succeeds(() => queue.add('deliver', aJob('after')));
    await expect.poll(() => handled, PATIENT).toContain('after');
  });

  test('is away for longer than 6 s: its workers come back', async () => {
    // Workers of BullMQ 6.0.10 to 6.1.2 hung for ever after such an outage; nothing but its length shows it.
    const server = await ownRedis();
    const queue = await open(server.url);
    const handled = await record(queue);
    await queue.add('deliver', aJob('before'));
    await expect.poll(() => handled).toContain('before');
    server.signal('SIGKILL');
    await setTimeout(6_500);
    await server.restart();
    await succeeds(() => queue.add('deliver', aJob('after')));
    await expect.poll(() => handled, PATIENT).toContain('after');
  });

  test('is not there at the start: the queue opens, refuses, and works when it comes', async () => {
    const server = await ownRedis();
    server.signal('SIGKILL');
    const queue = await open(server.url);
    await expect(queue.add('deliver', aJob('a'))).rejects.toThrow(QueueUnavailable);
    const handled = await record(queue);
    await server.restart();
    await succeeds(() => queue.add('deliver', aJob('b')));
    await expect.poll(() => handled, PATIENT).toContain('b');
    // What was refused before it could be sent does not turn up later.
    expect(handled).not.toContain('a');
  });

  test('is gone: closing ends all the same', async () => {
    const server = await ownRedis();
    const queue = await open(server.url);
    await queue.consume('deliver', 1, async () => {});
    await queue.ping();
    server.signal('SIGKILL');
    await queue.close(0);
    await expect(queue.ping()).rejects.toThrow(/it is closed/);
  });

  test('refuses the password: it says so, not too often, and without the password', async () => {
    const server = await ownRedis();
    const admin = new Redis(server.url);
    await admin.config('SET', 'requirepass', 'the right one');
    await admin.quit();

    const { log, lines } = capturedLog();
    const queue = await open(server.url.replace('//', '//:hunter2@'), log);
    await queue.consume('deliver', 1, async () => {});
    await expect.poll(() => lines.join('')).toContain('WRONGPASS');
    await expect(queue.add('deliver', aJob('a'))).rejects.toThrow(QueueUnavailable);
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.length).toBeLessThan(20);
  });

  test('gives the lock of a running job to nobody: the job is told to stop', async () => {
    const server = await ownRedis();
    const queue = await open(server.url);
    const begun = mailbox<void>();
    const reasons = mailbox<unknown>();
    await queue.consume('deliver', 1, (_payload, { signal, attempt }) => {
      if (attempt > 1) return Promise.resolve();
      signal.addEventListener('abort', () => reasons.put(signal.reason));
      begun.put();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', reject));
    });
    await queue.add('deliver', aJob('a'));
    await begun.take();
    const admin = new Redis(server.url);
    await admin.del(await admin.keys('*:lock'));
    await admin.quit();
    expect(await reasons.take()).toBe('the lock on the job was lost');
  });

  test('has a URL that is none: it says so without quoting it', async () => {
    const opening = openRedisQueue({ url: 'hunter2@redis:6379', log: silent });
    await expect(opening).rejects.toThrow('REDIS_URL must look like redis://host:6379/0');
    await expect(opening).rejects.not.toThrow(/hunter2/);
  });
});
