import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askedNotice } from '../../src/incident/asked.ts';
import type { Decision, Incident } from '../../src/incident/incident.ts';
import { silenceNotice } from '../../src/incident/silence.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { ModelError, type ModelPort } from '../../src/models/model.ts';
import { QueueUnavailable } from '../../src/queue/queue.ts';
import type { Report } from '../../src/report/report.ts';
import type { Store } from '../../src/store/store.ts';
import { createInvestigate, type InvestigateDeps } from '../../workers/investigate.ts';
import {
  ask,
  concluding,
  ScriptedModel,
  ScriptedTools,
  say,
  scripted,
  turn,
} from '../investigation/scripted.ts';
import { findBackend, type Place, silent } from '../services/backends.ts';
import { AT, aDelivery, anIncident, WINDOW } from '../store/samples.ts';
import { aTry } from './job.ts';
import { MemoryQueue } from './memory-queue.ts';

let place: Place;
let store: Store;

beforeAll(async () => {
  place = await findBackend('embedded').prepare();
  store = await place.openStore();
});
afterAll(() => place.close());

/** A new incident whose investigation waits. */
async function queued() {
  const incident = anIncident({ groupId: randomUUID() });
  const decision = { kind: 'open', reason: 'first-seen' } as const;
  await store.record(incident.groupId, aDelivery(), () => ({ decision, incident }));
  const runId = `${incident.id}-r1`;
  await store.ensureRun({ id: runId, incidentId: incident.id, window: WINDOW });
  return { incidentId: incident.id, runId };
}

/** One worker with this model: what it was seen to do, and its way to handle a job. */
function worker(model: ModelPort | null, change: Partial<InvestigateDeps> = {}) {
  const tools = new ScriptedTools();
  const concluded: Report[] = [];
  const synced: string[] = [];
  const handler = createInvestigate({
    store,
    queue: new MemoryQueue(),
    toolsOf: async () => tools,
    model,
    settings: scripted(null).settings,
    hourlyLimits: {
      investigationsPerHour: 1_000,
      usdPerHour: 1_000,
      usdPerAlertname: 1_000,
      usd: 1,
    },
    versions: { probableCause: 'test' },
    requestSync: async (id) => void synced.push(id),
    onConcluded: (report) => void concluded.push(report),
    clock: systemClock,
    log: silent,
    ...change,
  });
  const handle = (
    ids: { incidentId: string; runId: string },
    signal?: AbortSignal,
    attempt?: number,
  ) => handler({ version: 1, ...ids }, aTry(signal, attempt));
  return { handle, tools, concluded, synced };
}

it('stores what it did and what came out, and asks for the thread at each step', async () => {
  const ids = await queued();
  const { handle, concluded, synced } = worker(new ScriptedModel([say('Enough.'), concluding()]));
  await handle(ids);
  const run = await store.run(ids.runId);
  expect(run).toMatchObject({
    state: 'concluded',
    report: { author: 'model', verdict: 'action_required' },
    versions: { probableCause: 'test', model: 'scripted', prompt: expect.any(String) },
  });
  expect(run?.tools.map(({ name }) => name)).toContain('kubectl_get_pods');
  expect(await store.turns(ids.runId)).toHaveLength(2);
  expect(concluded).toEqual([run?.report]);
  expect(new Set(synced)).toEqual(new Set([ids.incidentId]));
  // At the start, at each line of progress, at the end.
  expect(synced).toHaveLength((run?.progress.length ?? 0) + 2);
});

it('keeps the first report when two workers conclude the same run', async () => {
  const ids = await queued();
  const workers = (['action_required', 'no_action'] as const).map((verdict) =>
    worker(new ScriptedModel([say('Enough.'), concluding({ verdict })])),
  );
  await Promise.all(workers.map(({ handle }) => handle(ids)));
  const told = workers.flatMap(({ concluded }) => concluded);
  expect(told).toHaveLength(1);
  expect((await store.run(ids.runId))?.report).toEqual(told[0]);
});

it('gives up on a run that fails again and again, and reports what its steps had found', async () => {
  const ids = await queued();
  const broken: ModelPort = {
    name: 'scripted',
    turn: async () => {
      throw new TypeError('a bug of ours');
    },
  };
  const { handle, concluded } = worker(broken);
  await expect(handle(ids, undefined, 5)).rejects.toThrow('a bug of ours');
  expect(concluded).toEqual([]);
  await handle(ids, undefined, 6);
  expect((await store.run(ids.runId))?.report).toMatchObject({
    author: 'analysers',
    verdict: 'inconclusive',
    stopped: { limit: 'error', detail: 'it failed 6 times; the log of the worker says why' },
    gaps: [expect.stringContaining('The investigation failed: this is what code alone makes')],
  });
});

it('asks the same things again after a crash, whatever has joined the incident meanwhile', async () => {
  const ids = await queued();
  const dying: ModelPort = {
    name: 'scripted',
    turn: async () => {
      throw new Error('killed');
    },
  };
  await expect(worker(dying).handle(ids)).rejects.toThrow('killed');
  const incident = await store.incident(ids.incidentId);
  if (incident === null) throw new Error('the incident is gone');
  const joined = { ...incident, labels: { namespace: 'another', pod: 'another' } };
  const decision = { kind: 'join', reason: 'new-alerts' } as const;
  await store.record(incident.groupId, aDelivery(), () => ({ decision, incident: joined }));
  const second = worker(new ScriptedModel([say('Enough.'), concluding()]));
  await second.handle(ids);
  expect(second.tools.calls).toEqual([]);
});

it('does nothing but ask for the thread when the run is concluded', async () => {
  const ids = await queued();
  await worker(null).handle(ids);
  const before = await store.run(ids.runId);
  const second = worker(new ScriptedModel([]));
  await second.handle(ids);
  expect(second.synced).toEqual([ids.incidentId]);
  expect(second.tools.calls).toEqual([]);
  expect(await store.run(ids.runId)).toEqual(before);
});

it('goes on at the step at which another worker died', async () => {
  const ids = await queued();
  const death = new AbortController();
  const dying: ModelPort = {
    name: 'scripted',
    async turn(_request, signal) {
      if ((await store.turns(ids.runId)).length === 0) {
        return turn([ask('search_logs', { query: '{}' })]);
      }
      death.abort(new Error('killed'));
      signal.throwIfAborted();
      throw new ModelError('unreachable', 'never reached');
    },
  };
  const first = worker(dying);
  await expect(first.handle(ids, death.signal)).rejects.toThrow('killed');
  expect(await store.run(ids.runId)).toMatchObject({ state: 'running', report: null });

  const model = new ScriptedModel([say('Enough.'), concluding()]);
  const second = worker(model);
  await second.handle(ids);
  expect(first.tools.calls.length).toBeGreaterThan(1);
  expect(second.tools.calls).toEqual([]);
  expect(model.requests).toHaveLength(2);
  expect((await store.run(ids.runId))?.report).toMatchObject({
    author: 'model',
    usage: { turns: 3, toolCalls: first.tools.calls.length },
  });
});

it('concludes although no line of its progress could be announced', async () => {
  const ids = await queued();
  let asked = 0;
  const { handle } = worker(new ScriptedModel([say('Enough.'), concluding()]), {
    requestSync: async () => {
      asked += 1;
      if (asked > 1) throw new QueueUnavailable('gone');
    },
  });
  // The last request has to be repeated: the thread would never show the report.
  await expect(handle(ids)).rejects.toThrow(QueueUnavailable);
  expect(await store.run(ids.runId)).toMatchObject({ state: 'concluded' });
});

async function decided(incidentId: string, status: Incident['status'], decision: Decision) {
  const incident = await store.incident(incidentId);
  if (incident === null) throw new Error('the incident is gone');
  const after = { ...incident, status };
  await store.record(incident.groupId, aDelivery(), () => ({ decision, incident: after }));
}
const resolve = (id: string) =>
  decided(id, 'resolved', { kind: 'resolve', reason: 'all-resolved' });
const reopen = (id: string) =>
  decided(id, 'open', { kind: 'reopen', reason: 'back-soon-after-resolution' });

it('asks nothing about an incident that resolved while its investigation waited', async () => {
  const ids = await queued();
  await resolve(ids.incidentId);
  const model = new ScriptedModel([]);
  const { handle, tools, concluded } = worker(model);
  await handle(ids);
  expect([...tools.calls, ...model.requests]).toEqual([]);
  expect(concluded).toMatchObject([
    { author: 'analysers', stopped: { limit: 'resolved' }, usage: { toolCalls: 0, usd: 0 } },
  ]);
});

it('asks for another investigation when the incident fires again just as its own is cancelled', async () => {
  const ids = await queued();
  await resolve(ids.incidentId);
  const passing: Store = {
    ...store,
    async concludeRun(...conclusion) {
      const first = await store.concludeRun(...conclusion);
      await reopen(ids.incidentId);
      return first;
    },
  };
  const queue = new MemoryQueue();
  const { handle } = worker(new ScriptedModel([]), { store: passing, queue });
  await handle(ids);
  const [again, cancelled] = await store.runs(ids.incidentId);
  expect(cancelled).toMatchObject({ id: ids.runId, report: { stopped: { limit: 'resolved' } } });
  expect(again?.state).toBe('queued');
  expect(queue.added).toMatchObject([{ kind: 'investigate', payload: { runId: again?.id } }]);
});

it('asks nothing about an incident that was silenced at its source while its investigation waited', async () => {
  const ids = await queued();
  const silence = silenceNotice(['silence 1f3c'], AT, []);
  if (silence !== null) await store.addNotice(ids.incidentId, silence);
  const model = new ScriptedModel([]);
  const { handle, tools, concluded } = worker(model);
  await handle(ids);
  expect([...tools.calls, ...model.requests]).toEqual([]);
  expect(concluded).toMatchObject([
    { stopped: { limit: 'silenced' }, gaps: [expect.stringContaining('were silenced before')] },
  ]);
});

it('concludes from what it has once the incident is resolved', async () => {
  const ids = await queued();
  const model = new ScriptedModel([turn([ask('search_logs', { query: '{}' })]), concluding()]);
  const resolving: ModelPort = {
    name: 'scripted',
    async turn(request, signal) {
      if (model.requests.length === 0) await resolve(ids.incidentId);
      signal.throwIfAborted();
      return model.turn(request);
    },
  };
  const { handle } = worker(resolving);
  await handle(ids);
  expect((await store.run(ids.runId))?.report).toMatchObject({
    author: 'model',
    verdict: 'action_required',
    stopped: { limit: 'resolved' },
    usage: { turns: 2 },
  });
});

it('reports what it gathered, and which limit that is, once the hour has had its investigations', async () => {
  const ids = await queued();
  const model = new ScriptedModel([]);
  const hourlyLimits = { investigationsPerHour: 1, usdPerHour: 9, usdPerAlertname: 9, usd: 1 };
  const { handle, tools } = worker(model, { hourlyLimits });
  const first = await queued();
  await worker(new ScriptedModel([say('Enough.'), concluding()])).handle(first);
  await handle(ids);
  expect(model.requests).toEqual([]);
  expect(tools.calls.length).toBeGreaterThan(0);
  expect((await store.run(ids.runId))?.report).toMatchObject({
    author: 'analysers',
    stopped: { limit: 'investigationsPerHour' },
    gaps: ['The model was not asked: this is what code alone makes of the evidence.'],
  });
});

it('fails, to be tried again, when the run is not there yet', async () => {
  const { handle } = worker(null);
  const ids = { incidentId: 'inc-unknown', runId: 'inc-unknown-r1' };
  await expect(handle(ids)).rejects.toThrow('run inc-unknown-r1 is not stored');
});

it('investigates to the end what a person asked for, although its alerts have resolved', async () => {
  const ids = await queued();
  const incident = await store.incident(ids.incidentId);
  if (incident === null) throw new Error('the incident is gone');
  const resolved = { ...incident, status: 'resolved', resolvedAt: AT } as const;
  const decision = { kind: 'resolve', reason: 'all-resolved' } as const;
  await store.record(incident.groupId, aDelivery(), () => ({ decision, incident: resolved }));
  await store.addNotice(ids.incidentId, askedNotice(ids.runId, AT));
  const steps = [turn([ask('search_logs', { query: '{}' })]), say('Enough.'), concluding()];
  await worker(new ScriptedModel(steps)).handle(ids);
  const report = (await store.run(ids.runId))?.report;
  expect(report).toMatchObject({ author: 'model', verdict: 'action_required', stopped: null });
  expect(report?.usage.turns).toBe(3);
});
