import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery, LabelSet } from '../../src/alert/alert.ts';
import { createRedactor } from '../../src/evidence/redact.ts';
import { loadView } from '../../src/incident/load-view.ts';
import type { ModelPort } from '../../src/models/model.ts';
import { QueueUnavailable, RetryLater } from '../../src/queue/queue.ts';
import type { RunSummary, Store } from '../../src/store/store.ts';
import { createIntake } from '../../workers/intake.ts';
import { createInvestigate } from '../../workers/investigate.ts';
import {
  concluding,
  ScriptedModel,
  ScriptedTools,
  say,
  scripted,
} from '../investigation/scripted.ts';
import { backends, type Place, silent } from '../services/backends.ts';
import { aDelivery } from '../store/samples.ts';
import { aTry } from './job.ts';
import { MemoryQueue } from './memory-queue.ts';

const OPENED = Date.parse('2026-11-21T03:12:00.000Z');
const second = (seconds: number) => new Date(OPENED + seconds * 1000).toISOString();
const WINDOW_MS = 20_000;
const NEVER = { investigationsPerHour: 1_000, usdPerHour: 1_000, usdPerAlertname: 1_000, usd: 1 };

describe.each(backends().filter(({ hasStore, available }) => hasStore && available))(
  'a storm, with incidents on $name,',
  ({ prepare }) => {
    let place: Place;
    let store: Store;
    let queue: MemoryQueue;
    let synced: Set<string>;
    let cluster: string;
    let now: string;

    beforeAll(async () => {
      place = await prepare();
      store = await place.openStore();
    });
    afterAll(() => place.close());
    beforeEach(() => {
      queue = new MemoryQueue();
      synced = new Set();
      cluster = randomUUID();
      now = second(0);
    });

    const clock = { now: () => new Date(now) };
    const requestSync = async (id: string) => void synced.add(id);

    async function take(delivery: Delivery): Promise<void> {
      const intake = createIntake({
        store,
        queue,
        complete: async (given) => given,
        environmentOf: (labels) => labels.cluster ?? 'none',
        gathering: { windowMs: WINDOW_MS, crowd: 10 },
        followUpMs: 0,
        requestSync,
        redact: createRedactor('key'),
        clock,
        log: silent,
      });
      await intake({ version: 1, delivery }, aTry());
    }

    function firing(name: string, more: LabelSet = {}, seconds = 0): Delivery {
      const labels = { alertname: name, cluster, severity: 'warning', node: 'worker-3', ...more };
      return aDelivery({
        groupKey: `{}:{alertname="${name}"}${cluster}`,
        receivedAt: second(seconds),
        groupLabels: { alertname: name },
        commonLabels: labels,
        alerts: aDelivery().alerts.map((alert) => ({
          ...alert,
          labels,
          fingerprint: `${name} ${labels.severity}`,
        })),
      });
    }

    function resolved(name: string, seconds: number): Delivery {
      const delivery = firing(name, {}, seconds);
      const endsAt = second(seconds - 1);
      const alerts = delivery.alerts.map((alert) => ({
        ...alert,
        status: 'resolved' as const,
        endsAt,
      }));
      return { ...delivery, status: 'resolved', alerts };
    }

    async function incidentOf(name: string) {
      const incidents = await store.incidents({ limit: 1_000, before: null });
      const incident = incidents.find(
        ({ labels }) => labels.alertname === name && labels.cluster === cluster,
      );
      if (incident === undefined) throw new Error(`there is no incident of ${name}`);
      return incident;
    }

    async function runOf(name: string): Promise<RunSummary> {
      const [run] = await store.runs((await incidentOf(name)).id);
      if (run === undefined) throw new Error(`there is no run of ${name}`);
      return run;
    }

    /** Works on the job of a run, as the queue would once its delay is over. */
    async function work(
      { id, incidentId }: RunSummary,
      model: ModelPort | null = null,
      beforeStart: () => Promise<void> = async () => {},
    ) {
      const tools = new ScriptedTools();
      const handle = createInvestigate({
        store,
        queue,
        toolsOf: async () => {
          await beforeStart();
          return tools;
        },
        model,
        settings: scripted(null).settings,
        hourlyLimits: NEVER,
        versions: {},
        requestSync,
        onConcluded: () => {},
        clock,
        log: silent,
      });
      await handle({ version: 1, incidentId, runId: id }, aTry());
      return tools;
    }

    const asked = () => queue.of('investigate').map(({ id, delayMs }) => ({ id, delayMs }));

    it('has one leader out of 50 incidents that are opened at once, however often they are decided', async () => {
      const deliveries = Array.from({ length: 50 }, (_, index) => firing(`Alert${index}`));
      await Promise.all(deliveries.map(take));
      const runs = await Promise.all(deliveries.map((_, index) => runOf(`Alert${index}`)));
      const leaders = runs.filter(({ leader }) => leader === null);
      const [leader] = leaders;
      expect(leaders).toHaveLength(1);
      expect(asked()).toEqual([{ id: leader?.id, delayMs: WINDOW_MS }]);
      expect(await store.members(leader?.id ?? '')).toHaveLength(49);
      for (const run of runs.filter(({ id }) => id !== leader?.id)) {
        expect(run.leader).toMatchObject({ runId: leader?.id, reason: 'shares node worker-3' });
      }

      await Promise.all(deliveries.map(take));
      const again = await Promise.all(deliveries.map((_, index) => runOf(`Alert${index}`)));
      expect(again).toEqual(runs);
      expect(new Set(asked().map(({ id }) => id))).toEqual(new Set([leader?.id]));
    });

    it('leaves alone what belongs to another cluster or comes when the window is over', async () => {
      await take(firing('First'));
      await take(firing('Elsewhere', { cluster: `${cluster}-2` }));
      await take(firing('Later', {}, 21));
      expect((await runOf('Later')).leader).toBeNull();
      expect(asked()).toHaveLength(3);
    });

    it('waits from when an incident was opened, not from when its job is worked on', async () => {
      now = second(15);
      await take(firing('Late'));
      now = second(60);
      await take(firing('Later'));
      expect(asked()).toEqual([
        { id: (await runOf('Late')).id, delayMs: 5_000 },
        // The late one waits or runs still, so the later one has no job.
      ]);
      await take(firing('VeryLate', { node: 'worker-4' }));
      expect(asked().at(-1)).toEqual({ id: (await runOf('VeryLate')).id, delayMs: undefined });
    });

    it('is repaired by the next try when the worker dies after the decision', async () => {
      queue.failNext('investigate', new QueueUnavailable('gone'));
      const first = firing('First');
      await expect(take(first)).rejects.toThrow(QueueUnavailable);
      await take(firing('Second'));
      expect(asked()).toEqual([]);
      await take(first);
      const leader = await runOf('First');
      expect(asked()).toMatchObject([{ id: leader.id }]);
      expect((await runOf('Second')).leader).toMatchObject({ runId: leader.id });
    });

    it('is investigated once, and every thread says what came out and whose investigation it was', async () => {
      await take(firing('First', { namespace: 'shop' }));
      await take(firing('Second', { namespace: 'orders' }));
      const leader = await runOf('First');
      synced.clear();
      const model = new ScriptedModel([say('Enough.'), concluding()]);
      const tools = await work(leader, model);

      const prompt = JSON.stringify(model.requests[0]?.messages);
      expect(prompt).toContain('other alert groups (1)');
      expect(prompt).toContain('Second · orders');
      expect(tools.calls).toContain('kubectl_get_pods {"namespace":"orders"}');
      const [first, other] = await Promise.all(['First', 'Second'].map(incidentOf));
      expect(synced).toEqual(new Set([first?.id, other?.id]));
      const view = await loadView(store, other?.id ?? '', null);
      expect(view).toMatchObject({
        state: 'concluded',
        leader: { incidentId: first?.id, reason: 'shares node worker-3' },
        report: { runId: leader.id, verdict: 'action_required' },
      });
      const led = await loadView(store, first?.id ?? '', null);
      expect(led?.members).toMatchObject([{ incidentId: other?.id }]);
      const waiting = await store.unconcluded({ since: second(-60), limit: 1_000 });
      expect(waiting.map(({ incidentId }) => incidentId)).not.toContain(other?.id);
    });

    it('asks the same things after a crash, although others have joined meanwhile', async () => {
      await take(firing('First', { namespace: 'shop' }));
      await take(firing('Second', { namespace: 'orders' }));
      const leader = await runOf('First');
      const dying: ModelPort = {
        name: 'scripted',
        turn: async () => {
          throw new Error('killed');
        },
      };
      await expect(work(leader, dying)).rejects.toThrow('killed');
      await take(firing('Third', { namespace: 'payments' }, 19));
      expect((await runOf('Third')).leader).toMatchObject({ runId: leader.id });
      const model = new ScriptedModel([say('Enough.'), concluding()]);
      const tools = await work(leader, model);
      expect(tools.calls).toEqual([]);
      expect((await runOf('Third')).report).toMatchObject({ verdict: 'action_required' });
    });

    it('does not hold up an urgent incident, which takes those along that wait', async () => {
      await take(firing('First'));
      await take(firing('Second'));
      const first = await runOf('First');
      await take(firing('Urgent', { severity: 'critical' }));
      const urgent = await runOf('Urgent');
      expect(urgent.leader).toBeNull();
      expect(asked().at(-1)).toEqual({ id: urgent.id, delayMs: undefined });
      for (const name of ['First', 'Second']) {
        expect((await runOf(name)).leader).toMatchObject({ runId: urgent.id });
      }
      await work(urgent);
      const tools = await work(first, new ScriptedModel([]));
      expect(tools.calls).toEqual([]);
      expect(await runOf('First')).toMatchObject({ state: 'concluded', progress: [] });
      expect(await store.evidence(first.id)).toEqual([]);
    });

    it('does not begin an investigation that an urgent incident takes along at the last moment', async () => {
      await take(firing('First'));
      const first = await runOf('First');
      const urgent = () => take(firing('Urgent', { severity: 'critical' }));
      await expect(work(first, null, urgent)).rejects.toThrow(RetryLater);
      expect(await runOf('First')).toMatchObject({ state: 'queued', startedAt: null });
      const tools = await work(first);
      expect(tools.calls).toEqual([]);
    });

    it('has an investigation of its own for an incident that becomes urgent, at once', async () => {
      await take(firing('First'));
      await take(firing('Second'));
      await take(firing('Second', { severity: 'critical' }, 5));
      const own = await runOf('Second');
      const leader = await runOf('First');
      expect(own.leader).toBeNull();
      expect(asked().at(-1)).toEqual({ id: own.id, delayMs: undefined });
      // What waited for others goes along with it, the other way round than before.
      expect(leader.leader).toMatchObject({ runId: own.id });
      expect(await store.members(own.id)).toMatchObject([{ runId: leader.id }]);
    });

    it('has a leader still when the first one resolves before its investigation began', async () => {
      for (const name of ['First', 'Second', 'Third']) await take(firing(name));
      const [first, next] = await Promise.all(['First', 'Second'].map(runOf));
      if (first === undefined || next === undefined) throw new Error('nothing was asked for');
      await take(resolved('First', 10));
      queue = new MemoryQueue();
      await work(first);
      await work(first);
      expect(asked()).toEqual([
        { id: next.id, delayMs: undefined },
        { id: next.id, delayMs: undefined },
      ]);
      expect((await runOf('Second')).leader).toBeNull();
      expect((await runOf('Third')).leader).toMatchObject({ runId: next.id });
      expect((await runOf('First')).leader).toMatchObject({
        runId: next.id,
        reason: 'resolved before it was investigated',
      });
      await work(next);
      for (const name of ['First', 'Third']) {
        expect((await runOf(name)).report).toMatchObject({ runId: next.id });
      }
    });

    it('is not investigated when all of it resolves first', async () => {
      for (const name of ['First', 'Second']) await take(firing(name));
      for (const name of ['First', 'Second']) await take(resolved(name, 10));
      const tools = await work(await runOf('First'), new ScriptedModel([]));
      expect(tools.calls).toEqual([]);
      expect((await runOf('Second')).report).toMatchObject({ stopped: { limit: 'resolved' } });
    });

    it('is investigated to its end while one that shares it fires on', async () => {
      for (const name of ['First', 'Second']) await take(firing(name, { namespace: 'shop' }));
      const leader = await runOf('First');
      const script = new ScriptedModel([say('Enough.'), concluding()]);
      const model: ModelPort = {
        name: 'scripted',
        async turn(request) {
          if (script.requests.length === 0) await take(resolved('First', 25));
          return script.turn(request);
        },
      };
      await work(leader, model);
      expect((await runOf('First')).report).toMatchObject({ author: 'model', stopped: null });
    });
  },
);
