import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { wasAsked } from '../../src/incident/asked.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { isSilenced, silenceNotice } from '../../src/incident/silence.ts';
import { type JobState, QueueUnavailable } from '../../src/queue/queue.ts';
import type { Store } from '../../src/store/store.ts';
import { type AskDeps, createAsk } from '../../workers/ask.ts';
import { findBackend, type Place, silent } from '../services/backends.ts';
import { AT, aDelivery, anIncident, aReport, WINDOW } from '../store/samples.ts';
import { MemoryQueue } from './memory-queue.ts';

const NOW = '2026-11-21T03:50:00.000Z';

let place: Place;
let store: Store;
let queue: MemoryQueue;
let jobs: JobState;
let synced: string[];

beforeAll(async () => {
  place = await findBackend('embedded').prepare();
  store = await place.openStore();
});
afterAll(() => place.close());
beforeEach(() => {
  queue = new MemoryQueue();
  jobs = 'waiting';
  synced = [];
});

function askOf(change: Partial<AskDeps> = {}) {
  return createAsk({
    store,
    queue: { add: (...job) => queue.add(...job), state: async () => jobs },
    model: { name: 'scripted' },
    hourlyLimits: { investigationsPerHour: 1_000, usdPerHour: 99, usdPerAlertname: 99, usd: 1 },
    requestSync: async (id) => void synced.push(id),
    clock: { now: () => new Date(NOW) },
    log: silent,
    ...change,
  });
}

async function opened(change: Partial<Incident> = {}): Promise<Incident> {
  const incident = anIncident({ groupId: randomUUID(), ...change });
  const decision = { kind: 'open', reason: 'first-seen' } as const;
  await store.record(incident.groupId, aDelivery(), () => ({ decision, incident }));
  return incident;
}

async function investigated(change: Partial<Incident> = {}): Promise<Incident> {
  const incident = await opened(change);
  await makeRun(incident, true);
  return incident;
}

async function makeRun({ id: incidentId }: Incident, concluded = false): Promise<string> {
  const id = `${incidentId}-r1`;
  await store.ensureRun({ id, incidentId, window: WINDOW });
  if (concluded) await store.concludeRun(id, aReport({ runId: id }), AT);
  return id;
}

it('asks for one investigation after the last, and the thread says so', async () => {
  const { id } = await investigated();
  const asked = await askOf()(id);
  const [run] = await store.runs(id);
  expect(asked).toEqual({ outcome: 'asked', runId: run?.id, withoutModel: null });
  expect(run).toMatchObject({ state: 'queued', window: { to: NOW } });
  expect(queue.of('investigate')).toEqual([
    { kind: 'investigate', payload: { version: 1, incidentId: id, runId: run?.id }, id: run?.id },
  ]);
  const { notices } = await store.notices(id);
  expect(notices).toMatchObject([{ kind: 'ask', at: NOW, reason: 'asked-over-the-api' }]);
  expect(wasAsked(notices, run?.id ?? '')).toBe(true);
  expect(synced).toEqual([id]);
});

it('adds nothing while one waits, however often and at the same time it is asked', async () => {
  const { id } = await investigated();
  const ask = askOf();
  const answers = await Promise.all([ask(id), ask(id), ask(id)]);
  const again = await ask(id);
  expect(new Set([...answers, again].map((answer) => answer?.runId)).size).toBe(1);
  expect(again?.outcome).toBe('under-way');
  expect(await store.runs(id)).toHaveLength(2);
  expect((await store.notices(id)).notices).toHaveLength(1);
  expect(new Set(queue.of('investigate').map((job) => job.id)).size).toBe(1);
});

it('names the one that something else asked for meanwhile', async () => {
  const { id } = await investigated();
  const other = `${id}-escalated`;
  const addNotice: Store['addNotice'] = async (...notice) => {
    await store.addNotice(...notice);
    await store.ensureRun({ id: other, incidentId: id, window: WINDOW });
  };
  const asked = await askOf({ store: { ...store, addNotice } })(id);
  expect(asked).toMatchObject({ outcome: 'under-way', runId: other });
  expect((await store.runs(id)).map((run) => run.id)).toEqual([other, `${id}-r1`]);
});

it('may be asked again once it has concluded', async () => {
  const { id } = await investigated();
  const ask = askOf();
  const first = await ask(id);
  await store.concludeRun(first?.runId ?? '', aReport(), NOW);
  const second = await ask(id);
  expect(second).toMatchObject({ outcome: 'asked' });
  expect(second?.runId).not.toBe(first?.runId);
});

it('leaves an incident alone whose first investigation is not asked for yet', async () => {
  const { id } = await opened();
  expect(await askOf()(id)).toMatchObject({ outcome: 'under-way', runId: `${id}-r1` });
  expect(await store.runs(id)).toEqual([]);
});

it('tells of one that waits for a person as a dead letter', async () => {
  const incident = await opened();
  const runId = await makeRun(incident);
  jobs = 'failed';
  expect(await askOf()(incident.id)).toMatchObject({ outcome: 'dead-letter', runId });
});

it('looks at the time of the trouble when the incident has resolved since', async () => {
  const resolvedAt = '2026-11-21T03:20:00.000Z';
  const { id } = await investigated({ status: 'resolved', resolvedAt });
  await askOf()(id);
  expect((await store.runs(id))[0]?.window.to).toBe(resolvedAt);
});

it('ends no silence, and none is told a second time because of it', async () => {
  const { id } = await investigated();
  const by = ['silence 1 of alice'];
  const silence = silenceNotice(by, AT, []);
  if (silence === null) throw new Error('it was not told before');
  await store.addNotice(id, silence);
  await askOf()(id);
  const { notices } = await store.notices(id);
  expect(notices.at(-1)?.kind).toBe('ask');
  expect(isSilenced(notices)).toBe(true);
  expect(silenceNotice(by, NOW, notices)).toBeNull();
});

it.each([
  ['none is configured', { model: null }],
  [
    'a limit of this hour is reached: 0 of 0 began (limits.investigationsPerHour)',
    { hourlyLimits: { investigationsPerHour: 0, usdPerHour: 9, usdPerAlertname: 9, usd: 1 } },
  ],
])('says beforehand when no model would take part: %s', async (withoutModel, change) => {
  const { id } = await investigated();
  expect(await askOf(change)(id)).toMatchObject({ outcome: 'asked', withoutModel });
});

it('counts the investigations of the last hour for that', async () => {
  const incident = await investigated();
  const [before] = await store.recentRuns(NOW).then((recent) => [recent.length]);
  const other = await opened();
  const id = await makeRun(other);
  await store.startRun(id, { at: NOW, incident: other, tools: [], versions: {} });
  expect(await store.recentRuns(NOW)).toHaveLength((before ?? 0) + 1);
  const hourlyLimits = { investigationsPerHour: 1, usdPerHour: 99, usdPerAlertname: 99, usd: 1 };
  const asked = await askOf({ hourlyLimits })(incident.id);
  expect(asked?.withoutModel).toMatch(/limits\.investigationsPerHour/);
});

it('knows no incident that is not stored', async () => {
  expect(await askOf()('inc-none')).toBeNull();
});

it('does not claim to have asked when the queue does not take the job', async () => {
  const { id } = await investigated();
  queue.failNext('investigate', new QueueUnavailable('no answer'));
  await expect(askOf()(id)).rejects.toThrow(QueueUnavailable);
});
