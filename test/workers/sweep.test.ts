import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/evidence/redact.ts';
import { firstRunIdOf } from '../../src/incident/identity.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { Store } from '../../src/store/store.ts';
import { createDeliver, createRequestSync } from '../../workers/deliver.ts';
import { createIntake } from '../../workers/intake.ts';
import { createSweep } from '../../workers/sweep.ts';
import { capturedLog } from '../queue/captured-log.ts';
import { findBackend, type Place, silent } from '../services/backends.ts';
import { AT, aDelivery, anIncident, aReport, WINDOW } from '../store/samples.ts';
import { aTry } from './job.ts';
import { memoryChannel } from './memory-channel.ts';

/** Which hold the jobs and which the incidents. */
const storages = [
  { name: 'the embedded database', jobs: 'embedded', incidents: 'embedded' },
  { name: 'PostgreSQL', jobs: 'postgres', incidents: 'postgres' },
  { name: 'Redis and PostgreSQL', jobs: 'redis', incidents: 'postgres' },
] as const;
const available = storages.filter(
  ({ jobs, incidents }) => findBackend(jobs).available && findBackend(incidents).available,
);

describe.each(available)('a sweep, with jobs and incidents on $name,', ({ jobs, incidents }) => {
  let places: Place[];
  let store: Store;
  let queue: Queue;
  beforeAll(async () => {
    const first = await findBackend(incidents).prepare();
    const second = jobs === incidents ? first : await findBackend(jobs).prepare();
    places = [second, first];
    store = await first.openStore();
    queue = await second.openQueue({ attempts: 1 });
  });
  afterAll(async () => {
    await Promise.all([...new Set(places)].map((place) => place.close()));
  });

  const gathering = { windowMs: 0, crowd: 10 };
  const slack = memoryChannel('slack').channel;

  /** A new incident, with all the jobs that its delivery asks for. */
  async function decided(): Promise<string> {
    const intake = createIntake({
      store,
      queue,
      complete: async (delivery) => delivery,
      followUpMs: 0,
      gathering,
      clock: systemClock,
      environmentOf: () => 'default',
      requestSync: createRequestSync(queue, [slack]),
      redact: createRedactor(randomUUID()),
      log: silent,
    });
    const delivery = aDelivery({ groupKey: randomUUID(), receivedAt: new Date().toISOString() });
    await intake({ version: 1, delivery }, aTry());
    const [incident] = await store.incidents({ limit: 1, before: null });
    if (incident === undefined) throw new Error('the delivery opened no incident');
    return incident.id;
  }

  /** All that the sweeps of one worker did about this incident. */
  function sweeper() {
    const { log, lines } = capturedLog();
    const sweep = createSweep({
      store,
      queue,
      channels: [slack],
      disclaimer: null,
      gathering,
      requestSync: createRequestSync(queue, [slack]),
      onAction: () => {},
      clock: { now: () => new Date() },
      log,
    });
    return async (incidentId: string) => {
      lines.length = 0;
      await sweep(new AbortController().signal);
      return lines
        .map((line): { incident?: string; action?: string } => JSON.parse(line))
        .filter(({ incident }) => incident === incidentId)
        .map(({ action }) => action);
    };
  }

  async function showThread(incidentId: string): Promise<void> {
    const deliver = createDeliver({
      store,
      channels: [slack],
      disclaimer: null,
      onMessages: () => {},
      log: silent,
    });
    await deliver({ version: 1, incidentId, channel: 'slack' }, aTry());
  }

  beforeEach(() => loseJobs(places));

  it('does nothing about an incident whose jobs wait and whose thread is shown', async () => {
    const id = await decided();
    await showThread(id);
    expect(await sweeper()(id)).toEqual([]);
  });

  it('asks again, once, for an investigation whose job is lost', async () => {
    const id = await decided();
    await showThread(id);
    await loseJobs(places);
    const sweep = sweeper();
    expect(await queue.state('investigate', firstRunIdOf(id))).toBe('none');
    expect(await sweep(id)).toEqual(['run-requested']);
    expect(await queue.state('investigate', firstRunIdOf(id))).toBe('waiting');
    expect(await sweep(id)).toEqual([]);
  });

  it('asks again for a thread whose job is lost, and no more once it shows all', async () => {
    const id = await decided();
    await loseJobs(places);
    const sweep = sweeper();
    expect(await sweep(id)).toContain('thread-requested');
    expect(await queue.counts('deliver')).toMatchObject({ waiting: 1 });
    await showThread(id);
    expect(await sweep(id)).toEqual([]);
  });

  it('makes the investigation of an incident whose delivery got no further than its decision', async () => {
    const openedAt = new Date(Date.now() - 120_000).toISOString();
    const incident = anIncident({ groupId: randomUUID(), openedAt });
    const decision = { kind: 'open', reason: 'first-seen' } as const;
    await store.record(incident.groupId, aDelivery(), () => ({ decision, incident }));
    expect(await sweeper()(incident.id)).toContain('run-made');
    const runId = firstRunIdOf(incident.id);
    expect(await store.runs(incident.id)).toMatchObject([{ id: runId, state: 'queued' }]);
    expect(await queue.state('investigate', runId)).toBe('waiting');
  });

  it('leaves a young incident to the job that is at it', async () => {
    const openedAt = new Date().toISOString();
    const incident = anIncident({ groupId: randomUUID(), openedAt });
    const decision = { kind: 'open', reason: 'first-seen' } as const;
    await store.record(incident.groupId, aDelivery(), () => ({ decision, incident }));
    expect(await sweeper()(incident.id)).not.toContain('run-made');
    expect(await store.runs(incident.id)).toEqual([]);
  });

  it('has nothing to do with what is concluded and shown', async () => {
    const id = await decided();
    await store.concludeRun(firstRunIdOf(id), aReport(), AT);
    await showThread(id);
    await loseJobs(places);
    expect(await sweeper()(id)).toEqual([]);
  });

  it('asks under another id when the job has ended and its report is gone', async () => {
    const id = await decided();
    await showThread(id);
    const runId = firstRunIdOf(id);
    const worker = await jobsPlace(places).openQueue();
    await worker.consume('investigate', 1, async () => {});
    await expect.poll(() => queue.state('investigate', runId), { timeout: 10_000 }).toBe('done');
    await worker.close(0);
    expect(await sweeper()(id)).toEqual(['run-requested']);
    expect(await queue.state('investigate', `${runId}/2`)).toBe('waiting');
    expect(await sweeper()(id)).toEqual([]);
  });

  it('reports an investigation whose job is a dead letter, and leaves it there', async () => {
    const id = await decided();
    await showThread(id);
    const worker = await jobsPlace(places).openQueue();
    await worker.consume('investigate', 1, async () => {
      throw new Error('went wrong');
    });
    const state = () => queue.state('investigate', firstRunIdOf(id));
    await expect.poll(state, { timeout: 10_000 }).toBe('failed');
    await worker.close(0);
    expect(await sweeper()(id)).toEqual(['dead-letter']);
    expect(await state()).toBe('failed');
  });

  it('stops between two looks when it is told to', async () => {
    await store.ensureRun({ id: randomUUID(), incidentId: await decided(), window: WINDOW });
    const sweep = createSweep({
      store,
      queue,
      channels: [slack],
      disclaimer: null,
      gathering,
      requestSync: async () => {},
      onAction: () => {},
      clock: { now: () => new Date() },
      log: silent,
    });
    await expect(sweep(AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });
});

function jobsPlace([place]: Place[]): Place {
  if (place === undefined) throw new Error('there is no place for jobs');
  return place;
}

/** What a power cut does to a queue that had not written its last second, and worse. */
async function loseJobs(places: Place[]): Promise<void> {
  const { address } = jobsPlace(places);
  if ('redis' in address) {
    const redis = new Redis(address.redis);
    await redis.flushdb();
    await redis.quit();
    return;
  }
  const database = await openDatabase('url' in address ? address : { ...address, attach: true });
  await database.pool.query(
    'TRUNCATE probable_cause_queue.job, probable_cause_queue.dedup CASCADE',
  );
  await database.close();
}
