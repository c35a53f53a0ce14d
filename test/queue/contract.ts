import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JobKind, JobPayload } from '../../src/queue/jobs.ts';
import { type DeadLetter, type JobContext, type Queue, RetryLater } from '../../src/queue/queue.ts';
import type { Backend, Place } from '../services/backends.ts';
import { startChild } from '../services/child.ts';
import { capturedLog } from './captured-log.ts';
import { mailbox } from './mailbox.ts';

const WORKER = new URL('worker.ts', import.meta.url);
/** Short, so that nobody waits for the 5 s of production. */
const LOCK_MS = 1_000;

type Deliver = JobPayload<'deliver'>;
const aJob = (incidentId: string): Deliver => ({ version: 1, incidentId, channel: 'slack' });

/** What every queue has to do, whatever it runs on. */
export function queueContract(backend: Backend): void {
  describe.skipIf(!backend.available)(`the queue on ${backend.name}`, () => {
    let place: Place;
    let queue: Queue;
    beforeEach(async () => {
      place = await backend.prepare();
    });
    afterEach(async () => {
      vi.useRealTimers();
      await place.close();
    });

    /** A worker whose jobs wait for the test: each appears in the mailbox with its way to end. */
    async function consume(worker = queue) {
      const started = mailbox<{ payload: Deliver; end: (error?: Error) => void } & JobContext>();
      await worker.consume('deliver', 1, (payload, context) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const end = (error?: Error) => (error ? reject(error) : resolve());
        started.put({ payload, end, ...context });
        return promise;
      });
      return started;
    }

    async function lettersOf<K extends JobKind>(kind: K, limit: number): Promise<DeadLetter<K>[]> {
      const letters: DeadLetter<K>[] = [];
      for await (const letter of queue.deadLetters(kind, limit)) letters.push(letter);
      return letters;
    }

    /** Jobs that failed for good one after the other, each under its own name as its id. */
    async function dieOf(names: string[]) {
      const dying = await place.openQueue({ attempts: 1 });
      await dying.consume('deliver', 1, async ({ incidentId }) => {
        throw new Error(`${incidentId} went wrong`);
      });
      const { failed } = await queue.counts('deliver');
      for (const [index, id] of names.entries()) {
        await dying.add('deliver', aJob(id), { id });
        await settled({ failed: failed + index + 1 });
      }
      await dying.close(0);
      return lettersOf('deliver', 10);
    }

    async function settled(expected: Partial<Awaited<ReturnType<Queue['counts']>>>) {
      await expect.poll(() => queue.counts('deliver'), { timeout: 5_000 }).toMatchObject(expected);
    }

    describe('with one handle', () => {
      beforeEach(async () => {
        queue = await place.openQueue({ lockMs: LOCK_MS });
      });

      test('a job that was added before there was a worker is handled, once', async () => {
        await queue.add('deliver', aJob('a'));
        expect(await queue.counts('deliver')).toEqual({
          waiting: 1,
          active: 0,
          delayed: 0,
          failed: 0,
        });
        const started = await consume();
        const job = await started.take();
        expect(job).toMatchObject({ payload: aJob('a'), attempt: 1, last: false });
        expect(job.signal.aborted).toBe(false);
        job.end();
        await settled({ waiting: 0, active: 0, delayed: 0, failed: 0 });
        expect(started.items).toEqual([]);
      });

      test('a payload comes out as it went in, U+0000 and lone surrogates too', async () => {
        const nasty = aJob('null \0, half \ud800, whole \u{1F4A5}, "quoted"');
        await queue.add('deliver', nasty);
        const job = await (await consume()).take();
        expect(job.payload).toEqual(nasty);
        job.end();
      });

      test('kinds are kept apart', async () => {
        await queue.add('investigate', { version: 1, incidentId: 'a', runId: 'r' });
        await queue.add('deliver', aJob('b'));
        const job = await (await consume()).take();
        expect(job.payload.incidentId).toBe('b');
        job.end();
        expect(await queue.counts('investigate')).toMatchObject({ waiting: 1 });
      });

      test('a second add with the same id is ignored, also after the job is done', async () => {
        const id = 'alertmanager/{}:{alertname="X"}:1';
        await queue.add('deliver', aJob('first'), { id });
        await queue.add('deliver', aJob('second'), { id });
        await queue.add('deliver', aJob('other'), { id: '42' });
        const started = await consume();
        for (const expected of ['first', 'other']) {
          const job = await started.take();
          expect(job.payload.incidentId).toBe(expected);
          job.end();
        }
        await settled({ waiting: 0, active: 0 });
        await queue.add('deliver', aJob('third'), { id });
        expect(await queue.counts('deliver')).toMatchObject({ waiting: 0, active: 0 });
      });

      test('jobs that are added at once are all held, and those with one id are one', async () => {
        const names = Array.from({ length: 12 }, (_, index) => `inc-${index % 9}`);
        await Promise.all(names.map((id) => queue.add('deliver', aJob(id), { id })));
        expect(await queue.counts('deliver')).toMatchObject({ waiting: 9 });
        expect(await queue.state('deliver', 'inc-0')).toBe('waiting');
        expect(await queue.state('deliver', 'inc-8')).toBe('waiting');
      });

      test('adds with one collapse key are one job while it waits, and one more while it runs', async () => {
        const options = { collapse: 'deliver:inc-1:slack' };
        for (let i = 0; i < 3; i++) await queue.add('deliver', aJob('a'), options);
        await queue.add('deliver', aJob('b'), { collapse: 'another' });
        expect(await queue.counts('deliver')).toMatchObject({ waiting: 2 });

        const started = await consume();
        const first = await started.take();
        for (let i = 0; i < 3; i++) await queue.add('deliver', aJob('a'), options);
        first.end();
        const rest = [await started.take()];
        rest[0]?.end();
        rest.push(await started.take());
        rest[1]?.end();
        expect(rest.map((job) => job.payload.incidentId).sort()).toEqual(['a', 'b']);
        await settled({ waiting: 0, active: 0, delayed: 0 });
        expect(started.items).toEqual([]);
      });

      test('a collapse key is free again after its job is done, and after it failed for good', async () => {
        const options = { collapse: 'key' };
        const started = await consume();
        await queue.add('deliver', aJob('a'), options);
        (await started.take()).end();
        await settled({ active: 0 });
        await queue.add('deliver', JSON.parse('{"version": 9}'), options);
        await settled({ failed: 1 });
        await queue.add('deliver', aJob('b'), options);
        const job = await started.take();
        expect(job.payload.incidentId).toBe('b');
        job.end();
      });

      test('an id and a collapse key together are refused', async () => {
        const both = queue.add('deliver', aJob('a'), { id: 'x', collapse: 'y' });
        await expect(both).rejects.toThrow(/either an id or a collapse key/);
      });

      test('a failure is tried again later, and says which try it is', async () => {
        const started = await consume();
        await queue.add('deliver', aJob('a'));
        (await started.take()).end(new Error('went wrong with \0 in its words \ud800'));
        await settled({ delayed: 1 });
        const second = await started.take();
        expect(second).toMatchObject({ attempt: 2, last: false });
        second.end();
        await settled({ waiting: 0, active: 0, delayed: 0, failed: 0 });
      });

      test('a job that asks for a later try comes then, and has not failed', async () => {
        const started = await consume();
        await queue.add('deliver', aJob('limited'));
        (await started.take()).end(new RetryLater('slow down', 600));
        await settled({ delayed: 1 });
        await queue.add('deliver', aJob('sooner'), { delayMs: 100 });
        const order = [await started.take()];
        order[0]?.end();
        order.push(await started.take());
        order[1]?.end();
        expect(order.map((job) => job.payload.incidentId)).toEqual(['sooner', 'limited']);
        expect(order[1]).toMatchObject({ attempt: 2, last: false });
        await settled({ waiting: 0, active: 0, delayed: 0, failed: 0 });
      });

      test('a job that was put off while the clock was an hour ahead runs when it is right again', async () => {
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
        const started = await consume();
        await queue.add('deliver', aJob('a'));
        (await started.take()).end(new RetryLater('not yet', 100));
        await settled({ delayed: 1 });
        vi.useRealTimers();
        const again = await started.take();
        expect(again.payload).toEqual(aJob('a'));
        again.end();
      });

      test('so does one that was taken up before the clock jumped ahead, and put off after it', async () => {
        const started = await consume();
        await queue.add('deliver', aJob('a'));
        const job = await started.take();
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
        job.end(new RetryLater('not yet', 100));
        await settled({ delayed: 1 });
        vi.useRealTimers();
        const again = await started.take();
        expect(again.payload).toEqual(aJob('a'));
        again.end();
      });

      test('what is delayed for an hour by a clock that is right goes on waiting', async () => {
        await queue.add('deliver', aJob('late'), { delayMs: 3_600_000 });
        const started = await consume();
        await queue.add('deliver', aJob('a'), { delayMs: LOCK_MS * 2 });
        const job = await started.take();
        expect(job.payload).toEqual(aJob('a'));
        job.end();
        await settled({ active: 0, delayed: 1 });
      });

      test('the job of a worker that died while the clock was an hour ahead is taken up when it is right again', async () => {
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
        const started = await consume();
        await queue.add('deliver', aJob('a'));
        await started.take();
        await queue.close(0);
        vi.useRealTimers();
        queue = await place.openQueue({ lockMs: LOCK_MS });
        const again = await (await consume()).take();
        expect(again).toMatchObject({ payload: aJob('a'), attempt: 2 });
        again.end();
      });

      test('jobs do not wait behind one that is delayed', async () => {
        const started = await consume();
        await queue.add('deliver', aJob('much later'), { delayMs: 60_000 });
        for (const name of ['a', 'b', 'c']) {
          await queue.add('deliver', aJob(name));
          const job = await started.take();
          expect(job.payload.incidentId).toBe(name);
          job.end();
          // Idle, so that the worker has seen that the next job is a minute away.
          await settled({ waiting: 0, active: 0, delayed: 1 });
          await queue.ping();
        }
      });

      test('a payload that its schema refuses fails at once, in words, and is kept', async () => {
        const { log, lines } = capturedLog();
        const started = await consume(await place.openQueue({ log }));
        await queue.add('deliver', JSON.parse('{"version": 2, "incidentId": 7}'));
        await settled({ failed: 1, waiting: 0, delayed: 0 });
        expect(started.items).toEqual([]);
        expect(await lettersOf('deliver', 10)).toMatchObject([{ payload: null, tries: 1 }]);
        await expect.poll(() => lines.join('')).toContain('cannot read this job of kind deliver');
        expect(lines.join('')).toContain('incidentId');
      });

      test('a job that failed for good is a dead letter, the last that failed first, up to a limit', async () => {
        const all = await dieOf(['first', 'second']);
        expect(all).toMatchObject([
          { kind: 'deliver', payload: aJob('second'), tries: 1, error: 'second went wrong' },
          { kind: 'deliver', payload: aJob('first'), tries: 1, error: 'first went wrong' },
        ]);
        for (const { addedAt, failedAt } of all) {
          expect(Date.parse(failedAt)).toBeGreaterThanOrEqual(Date.parse(addedAt));
        }
        expect(await lettersOf('deliver', 1)).toEqual(all.slice(0, 1));
        expect(await lettersOf('intake', 10)).toEqual([]);
      });

      test('dead letters are read a few at a time, each once and in order, also while more die', async () => {
        const names = ['1', '2', '3', '4', '5', '6', '7'];
        const before = (await dieOf(names)).map(({ payload }) => payload?.incidentId);
        expect(before).toEqual(names.toReversed());
        const told: (string | undefined)[] = [];
        for await (const { payload } of queue.deadLetters('deliver', 10)) {
          if (told.push(payload?.incidentId) === 1) await dieOf(['8']);
        }
        expect(told).toEqual(before);
      });

      test('a dead letter that is retried runs with all its tries, and is none any more', async () => {
        const [letter] = await dieOf(['a']);
        expect(await queue.retry('deliver', letter?.id ?? '')).toBe(true);
        expect(await queue.retry('deliver', letter?.id ?? '')).toBe(false);
        const job = await (await consume()).take();
        expect(job).toMatchObject({ payload: aJob('a'), attempt: 1 });
        job.end();
        await settled({ waiting: 0, active: 0, delayed: 0, failed: 0 });
      });

      test('a dead letter that is dropped is gone, and its id is free', async () => {
        const [letter] = await dieOf(['a']);
        expect(await queue.state('deliver', 'a')).toBe('failed');
        expect(await queue.drop('deliver', letter?.id ?? '')).toBe(true);
        expect(await queue.drop('deliver', letter?.id ?? '')).toBe(false);
        expect(await queue.state('deliver', 'a')).toBe('none');
        await queue.add('deliver', aJob('a'), { id: 'a' });
        await settled({ waiting: 1, failed: 0 });
      });

      test('what has not failed is neither retried nor dropped', async () => {
        const [letter] = await dieOf(['a']);
        const id = letter?.id ?? '';
        await queue.retry('deliver', id);
        expect(await queue.drop('deliver', id)).toBe(false);
        expect(await queue.retry('intake', id)).toBe(false);
        await settled({ waiting: 1, failed: 0 });
      });

      test('the state of a job can be told by the id that it was added with', async () => {
        expect(await queue.state('deliver', 'a')).toBe('none');
        await queue.add('deliver', aJob('a'), { id: 'a' });
        expect(await queue.state('deliver', 'a')).toBe('waiting');
        const job = await (await consume()).take();
        expect(await queue.state('deliver', 'a')).toBe('active');
        job.end();
        await expect.poll(() => queue.state('deliver', 'a')).toBe('done');
      });

      test('a worker handles as many jobs at a time as it was told', async () => {
        const running = mailbox<() => void>();
        await queue.consume('deliver', 3, () => new Promise((resolve) => running.put(resolve)));
        for (let i = 0; i < 4; i++) await queue.add('deliver', aJob(String(i)));
        await settled({ active: 3, waiting: 1 });
        for (let i = 0; i < 4; i++) (await running.take())();
        await settled({ active: 0, waiting: 0 });
      });

      test('closing waits for a running job', async () => {
        const started = await consume();
        await queue.add('deliver', aJob('a'));
        const job = await started.take();
        const closed = queue.close(10_000);
        job.end();
        await closed;
        expect(job.signal.aborted).toBe(false);
        queue = await place.openQueue();
        expect(await queue.counts('deliver')).toEqual({
          waiting: 0,
          active: 0,
          delayed: 0,
          failed: 0,
        });
      });

      test('after the grace the signal of a running job is aborted, and another worker goes on', async () => {
        const aborted = mailbox<unknown>();
        const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
        await queue.consume('deliver', 1, async (_payload, { signal }) => {
          begin();
          await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          }).catch((reason: unknown) => {
            aborted.put(reason);
            throw reason;
          });
        });
        await queue.add('deliver', aJob('a'));
        await begun;
        await queue.close(0);
        expect(aborted.items).toEqual(['the worker is stopping']);

        queue = await place.openQueue();
        const job = await (await consume()).take();
        expect(job).toMatchObject({ payload: aJob('a'), attempt: 2 });
        job.end();
      });

      test('closing lets go of a job that does not listen', async () => {
        const started = await consume();
        await queue.add('deliver', aJob('a'));
        await started.take();
        await queue.close(0);

        queue = await place.openQueue({ lockMs: LOCK_MS });
        expect((await (await consume()).take()).payload).toEqual(aJob('a'));
      });

      test('a running job can still add jobs while the queue drains', async () => {
        const begun = Promise.withResolvers<void>();
        const go = Promise.withResolvers<void>();
        await queue.consume('deliver', 1, async () => {
          begun.resolve();
          await go.promise;
          await queue.add('investigate', { version: 1, incidentId: 'a', runId: 'r' });
        });
        await queue.add('deliver', aJob('a'));
        await begun.promise;
        const closed = queue.close(10_000);
        go.resolve();
        await closed;
        queue = await place.openQueue();
        expect(await queue.counts('deliver')).toMatchObject({ delayed: 0, failed: 0 });
        expect(await queue.counts('investigate')).toMatchObject({ waiting: 1 });
      });

      test('a closed queue says so', async () => {
        await queue.close(0);
        await queue.close(0);
        await expect(queue.add('deliver', aJob('a'))).rejects.toThrow(/it is closed/);
        await expect(queue.ping()).rejects.toThrow(/it is closed/);
      });
    });

    test('the job of a worker that was killed is taken up again', async () => {
      const first = await place.openQueue();
      await first.add('deliver', aJob('a'));
      await place.release();
      const child = startChild(WORKER, JSON.stringify(place.address), String(LOCK_MS));
      expect(await child.line()).toBe('a');
      await child.kill();

      queue = await place.openQueue({ lockMs: LOCK_MS });
      const job = await (await consume()).take();
      expect(job).toMatchObject({ payload: aJob('a'), attempt: 2, last: false });
      job.end();
    });
  });
}
