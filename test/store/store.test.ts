import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gathering } from '../../src/incident/gather-of.ts';
import type { Decision, Incident } from '../../src/incident/incident.ts';
import { outlineOf } from '../../src/incident/outline.ts';
import type { RecentRun } from '../../src/investigation/admission.ts';
import type { Report } from '../../src/report/report.ts';
import type { Outcome, Store } from '../../src/store/store.ts';
import { backends, type Place } from '../services/backends.ts';
import { AT, aDelivery, anEvidence, anIncident, aReport, aTurn, WINDOW } from './samples.ts';

const open = (incident: Incident): Outcome => ({
  decision: { kind: 'open', reason: 'first-seen' },
  incident,
});

describe.each(backends().filter((backend) => backend.hasStore))('the store on $name', (backend) => {
  describe.skipIf(!backend.available)('keeps its contract:', () => {
    let place: Place;
    let store: Store;
    beforeAll(async () => {
      place = await backend.prepare();
      store = await place.openStore();
    });
    afterAll(() => place.close());

    /** Ids are new in each test, so all tests of a file may share one database. */
    async function storedIncident(change: Partial<Incident> = {}): Promise<Incident> {
      const incident = anIncident({ groupId: crypto.randomUUID(), ...change });
      await store.record(incident.groupId, aDelivery(), () => open(incident));
      return incident;
    }

    async function resolve(incident: Incident): Promise<Incident> {
      const resolved: Incident = { ...incident, status: 'resolved', resolvedAt: AT };
      await store.record(incident.groupId, aDelivery(), () => ({
        decision: { kind: 'resolve', reason: 'all-resolved' },
        incident: resolved,
      }));
      return resolved;
    }

    async function storedRun(): Promise<string> {
      const incident = await storedIncident();
      const { id } = await store.ensureRun({
        id: crypto.randomUUID(),
        incidentId: incident.id,
        window: WINDOW,
      });
      return id;
    }

    describe('record', () => {
      test('stores the delivery, the decision and the incident as they were', async () => {
        const incident = anIncident();
        const delivery = aDelivery();
        const decided = await store.record('group', delivery, () => open(incident));

        expect(decided).toEqual({
          delivery,
          decision: { kind: 'open', reason: 'first-seen' },
          incidentId: incident.id,
        });
        expect(await store.incident(incident.id)).toEqual(incident);
        expect(await store.deliveries(incident.id)).toEqual([decided]);
      });

      test('returns the earlier decision for a delivery seen before, without deciding again', async () => {
        const group = crypto.randomUUID();
        const delivery = aDelivery();
        const first = await store.record(group, delivery, () =>
          open(anIncident({ groupId: group })),
        );
        const again = await store.record(group, delivery, () => {
          throw new Error('decided twice');
        });
        expect(again).toEqual(first);
      });

      test('decides concurrent deliveries of one group one after another', async () => {
        const group = crypto.randomUUID();
        const second = await place.openStore();
        const results = await Promise.all(
          Array.from({ length: 10 }, (_, i) =>
            (i % 2 ? store : second).record(group, aDelivery(), (latest) =>
              latest
                ? { decision: { kind: 'join', reason: 'new-alerts' }, incident: latest }
                : open(anIncident({ groupId: group })),
            ),
          ),
        );
        expect(results.map((result) => result.decision.kind).sort()).toEqual([
          ...Array(9).fill('join'),
          'open',
        ]);
        expect(new Set(results.map((result) => result.incidentId)).size).toBe(1);
      });

      test('passes the latest incident of the group by when it was opened', async () => {
        const groupId = crypto.randomUUID();
        const late = await storedIncident({ groupId, openedAt: '2026-11-21T05:00:00.000Z' });
        await storedIncident({ groupId, openedAt: '2026-11-21T04:00:00.000Z' });
        await storedIncident({ openedAt: '2026-11-21T06:00:00.000Z' });

        let latest: Incident | null = null;
        await store.record(groupId, aDelivery(), (incident) => {
          latest = incident;
          return { decision: { kind: 'ignore', reason: 'copy' }, incident };
        });
        expect(latest).toEqual(late);
      });

      test('hands on what belongs to no incident until one adopts it', async () => {
        const groupId = crypto.randomUUID();
        const stray = aDelivery();
        const nothing = { decision: { kind: 'ignore', reason: 'resolved-before-seen' } } as const;
        await store.record(groupId, stray, () => ({ ...nothing, incident: null }));
        await store.record(crypto.randomUUID(), aDelivery(), () => ({
          ...nothing,
          incident: null,
        }));

        const incident = anIncident({ groupId });
        const seen: string[][] = [];
        for (let n = 0; n < 2; n += 1) {
          await store.record(groupId, aDelivery(), (_latest, early) => {
            seen.push(early.map(({ id }) => id));
            return { ...open(incident), adopted: [stray.id] };
          });
        }
        expect(seen).toEqual([[stray.id], []]);
      });

      test('counts how often a group fired since an instant, without mere repetitions', async () => {
        const groupId = crypto.randomUUID();
        const incident = anIncident({ groupId });
        const decisions: [at: string, decision: Decision][] = [
          ['2026-11-20T01:00:00.000Z', { kind: 'open', reason: 'first-seen' }],
          ['2026-11-21T01:00:00.000Z', { kind: 're-fire', reason: 'started-again' }],
          ['2026-11-21T02:00:00.000Z', { kind: 're-fire', reason: 'repeated' }],
          ['2026-11-21T03:00:00.000Z', { kind: 'resolve', reason: 'all-resolved' }],
          ['2026-11-21T04:00:00.000Z', { kind: 'reopen', reason: 'fires-on-after-resolution' }],
        ];
        // A label that PostgreSQL could not search for.
        const alerts = aDelivery().alerts.map((alert) => ({
          ...alert,
          labels: { alertname: '\0' },
        }));
        for (const [receivedAt, decision] of decisions) {
          const delivery = aDelivery({ receivedAt, alerts });
          await store.record(groupId, delivery, () => ({ decision, incident }));
        }
        expect(await store.firings(groupId, '2026-11-20T02:00:00.000Z')).toBe(2);
        expect(await store.firings(groupId, '2026-11-20T00:00:00.000Z')).toBe(3);
      });

      test('updates the incident that it stored before', async () => {
        const resolved = await resolve(await storedIncident());
        expect(await store.incident(resolved.id)).toEqual(resolved);
      });

      test('stores nothing when deciding throws', async () => {
        const group = crypto.randomUUID();
        const delivery = aDelivery();
        const failing = store.record(group, delivery, () => {
          throw new Error('cannot decide');
        });
        await expect(failing).rejects.toThrow('cannot decide');
        const incident = anIncident({ groupId: group });
        expect((await store.record(group, delivery, () => open(incident))).incidentId).toBe(
          incident.id,
        );
      });

      test('refuses a second incident of one episode', async () => {
        const { groupId, episodeId } = await storedIncident();
        const twin = anIncident({ groupId, episodeId });
        await expect(store.record(groupId, aDelivery(), () => open(twin))).rejects.toThrow(
          /episode_id/,
        );
      });

      test('refuses an incident of a group that it does not hold the lock of', async () => {
        const strayed = store.record('mine', aDelivery(), () =>
          open(anIncident({ groupId: 'other' })),
        );
        await expect(strayed).rejects.toThrow(/lock held is that of group mine/);
      });

      test('keeps a delivery that was ignored, but leaves it out of the log', async () => {
        const incident = await storedIncident();
        const ignored = aDelivery();
        const decided = await store.record(incident.groupId, ignored, (latest) => ({
          decision: { kind: 'ignore', reason: 'copy' },
          incident: latest,
        }));
        expect(decided.incidentId).toBe(incident.id);
        const log = await store.deliveries(incident.id);
        expect(log.map((entry) => entry.delivery.id)).not.toContain(ignored.id);
        expect(await store.record(incident.groupId, ignored, () => open(anIncident()))).toEqual(
          decided,
        );
      });

      test('may leave a delivery without an incident', async () => {
        const decided = await store.record(crypto.randomUUID(), aDelivery(), () => ({
          decision: { kind: 'ignore', reason: 'resolved-before-seen' },
          incident: null,
        }));
        expect(decided.incidentId).toBeNull();
      });
    });

    test('lists incidents newest first, a page at a time', async () => {
      const at = (hour: number) => `2031-01-01T0${hour}:00:00.000Z`;
      for (const hour of [2, 3, 1]) await storedIncident({ openedAt: at(hour) });
      const first = await store.incidents({ limit: 2, before: null });
      expect(first.map((incident) => incident.openedAt)).toEqual([at(3), at(2)]);
      const next = await store.incidents({ limit: 1, before: { openedAt: at(2), id: '' } });
      expect(next.map((incident) => incident.openedAt)).toEqual([at(1)]);
    });

    test('a page begins where the one before ended, also within a millisecond', async () => {
      const openedAt = '2030-01-01T00:00:00.000Z';
      const stored = await Promise.all([1, 2, 3].map(() => storedIncident({ openedAt })));
      const seen: string[] = [];
      let before = { openedAt: '2030-01-01T00:00:00.001Z', id: '' };
      for (const _ of stored) {
        const [incident] = await store.incidents({ limit: 1, before });
        if (incident === undefined) break;
        seen.push(incident.id);
        before = incident;
      }
      expect(seen.toSorted()).toEqual(stored.map(({ id }) => id).toSorted());
    });

    test('has null for what does not exist', async () => {
      expect(await store.incident('none')).toBeNull();
      expect(await store.run('none')).toBeNull();
      expect(await store.runs('none')).toEqual([]);
    });

    test('lists the open incidents since a time, whatever their documents hold', async () => {
      const at = (hour: number) => `2035-01-01T0${hour}:00:00.000Z`;
      const save = async (change: Partial<Incident>) => {
        const incident = anIncident({ groupId: crypto.randomUUID(), ...change });
        const decision = { kind: 'open', reason: 'first-seen' } as const;
        await store.record(incident.groupId, aDelivery(), () => ({ decision, incident }));
        return incident.id;
      };
      await save({ openedAt: at(1) });
      const odd = await save({ openedAt: at(2), labels: { odd: '\0\ud800' } });
      await save({ openedAt: at(3), status: 'resolved', labels: { status: 'open' } });
      const open = await save({ openedAt: at(4) });
      const listed = await store.openIncidents(at(2));
      expect(listed.map(({ id }) => id)).toEqual([open, odd]);
    });

    describe('runs', () => {
      test('are made once', async () => {
        const { id: incidentId } = await storedIncident();
        const run = { id: crypto.randomUUID(), incidentId, window: WINDOW };
        const made = await store.ensureRun(run);
        expect(made).toEqual({
          ...run,
          leader: null,
          members: { total: 0, shown: [] },
          withheld: null,
          state: 'queued',
          incident: null,
          progress: [],
          report: null,
          tools: [],
          versions: {},
          startedAt: null,
          concludedAt: null,
        });
        const other = { ...run, window: { from: AT, to: AT } };
        expect(await store.ensureRun(other)).toEqual(made);
        const [listed] = await store.runs(incidentId);
        expect({ ...listed, incident: null, tools: [] }).toEqual(made);
      });

      test('are listed newest first', async () => {
        const { id: incidentId } = await storedIncident();
        const ids = [1, 2, 3].map((n) => `${incidentId}-r${n}`);
        for (const id of ids) await store.ensureRun({ id, incidentId, window: WINDOW });
        expect((await store.runs(incidentId)).map((run) => run.id)).toEqual(ids.toReversed());
      });

      test('are over once their incident and those that they investigate for have resolved', async () => {
        const [first, second] = [await storedIncident(), await storedIncident()];
        const shared = (incident: Incident, leader: Gathering['leader']) => {
          const { id: incidentId, environment, openedAt } = incident;
          const gather = () => ({ leader, members: [] });
          const share = {
            environment,
            openedAt,
            outline: outlineOf(incident),
            windowMs: 1,
            gather,
          };
          return store.ensureRun({ id: `${incidentId}-r1`, incidentId, window: WINDOW, share });
        };
        const leader = await shared(first, null);
        await shared(second, { runId: leader.id, reason: 'the same node' });
        expect(await store.isRunOver(leader.id)).toBe(false);
        await resolve(first);
        expect(await store.isRunOver(leader.id)).toBe(false);
        await resolve(second);
        expect(await store.isRunOver(leader.id)).toBe(true);
      });

      test('keep the incident, tools and versions of their first start', async () => {
        const id = await storedRun();
        const tools = [{ name: 'kubectl_get_pods', description: 'Lists pods', inputSchema: {} }];
        await store.startRun(id, {
          incident: anIncident({ title: 'then' }),
          tools,
          versions: { prompt: '1' },
          at: AT,
        });
        await store.startRun(id, {
          incident: anIncident({ title: 'later' }),
          tools: [],
          versions: { prompt: '2' },
          at: '2026-11-21T04:00:00.000Z',
        });
        expect(await store.run(id)).toMatchObject({
          state: 'running',
          tools,
          versions: { prompt: '1' },
          incident: { title: 'then' },
          startedAt: AT,
        });
      });

      test('keep the first report', async () => {
        const id = await storedRun();
        expect(await store.concludeRun(id, aReport({ impact: 'first' }), AT)).toBe(true);
        expect(await store.concludeRun(id, aReport({ impact: 'second' }), AT)).toBe(false);
        await store.startRun(id, { incident: anIncident(), tools: [], versions: {}, at: AT });
        expect(await store.run(id)).toMatchObject({
          state: 'concluded',
          report: { impact: 'first' },
          concludedAt: AT,
        });
      });

      test('start one at a time, each knowing what the hour before has cost', async () => {
        const at = (minute: number) => new Date(Date.UTC(2031, 0, 1, 0, minute)).toISOString();
        const labels = { alertname: 'Nul\0Name' };
        const begin = async (minute: number, stopped: Report['stopped'] = null) => {
          const id = await storedRun();
          const seen: RecentRun[][] = [];
          const incident = anIncident({ labels });
          const withhold = (recent: RecentRun[]) => {
            seen.push(recent);
            return stopped;
          };
          await store.startRun(id, { incident, tools: [], versions: {}, at: at(minute), withhold });
          return { id, recent: seen[0] };
        };
        const early = await begin(0);
        expect(early.recent).toEqual([]);
        const usage = { ...aReport().usage, usd: 0.25 };
        await store.concludeRun(early.id, aReport({ usage }), at(1));
        await begin(30);
        const limit = { limit: 'usdPerHour', detail: '$1.00 of $1.00' } as const;
        const withheld = await begin(40, limit);
        expect(withheld.recent).toHaveLength(2);
        expect(withheld.recent).toContainEqual({ ...labels, usd: 0.25 });
        expect(withheld.recent).toContainEqual({ ...labels, usd: null });
        expect((await store.run(withheld.id))?.withheld).toEqual(limit);
        expect((await begin(70)).recent).toEqual([{ ...labels, usd: null }]);
      });

      test('keep the order of their progress', async () => {
        const id = await storedRun();
        const lines = ['reading pods', '123', 'a "quoted" line'];
        for (const line of lines) await store.addProgress(id, line);
        expect((await store.run(id))?.progress).toEqual(lines);
      });

      test('that do not exist cannot be worked on', async () => {
        const start = { incident: anIncident(), tools: [], versions: {}, at: AT };
        await expect(store.startRun('none', start)).rejects.toThrow('There is no run none');
        await expect(store.concludeRun('none', aReport(), AT)).rejects.toThrow('no run none');
        await expect(store.addProgress('none', 'line')).rejects.toThrow(/foreign key/);
      });

      test('tells what waits for a report: incidents without a run, and runs that are not concluded', async () => {
        const openedAt = ['2041-01-01', '2041-01-02', '2041-01-03'].map(
          (day) => `${day}T00:00:00.000Z`,
        );
        const [bare, waiting, done] = await Promise.all(
          openedAt.map((at) => storedIncident({ openedAt: at })),
        );
        for (const incident of [waiting, done]) {
          const incidentId = incident?.id ?? '';
          await store.ensureRun({ id: `${incidentId}-r1`, incidentId, window: WINDOW });
        }
        await store.concludeRun(`${done?.id}-r1`, aReport(), AT);
        const since = openedAt[0] ?? '';
        expect(await store.unconcluded({ since, limit: 10 })).toEqual([
          { incidentId: bare?.id, openedAt: openedAt[0], runId: null },
          { incidentId: waiting?.id, openedAt: openedAt[1], runId: `${waiting?.id}-r1` },
        ]);
        expect(await store.unconcluded({ since, limit: 1 })).toHaveLength(1);
      });
    });

    describe('evidence and turns', () => {
      test('keep what came first under an id', async () => {
        const run = await storedRun();
        await store.addEvidence(run, anEvidence({ text: 'first' }));
        await store.addEvidence(run, anEvidence({ text: 'second' }));
        await store.addTurn(run, 0, aTurn('first'));
        await store.addTurn(run, 0, aTurn('second'));
        expect(await store.evidence(run)).toEqual([anEvidence({ text: 'first' })]);
        expect(await store.turns(run)).toEqual([aTurn('first')]);
      });

      test('come back in the order of asking, whatever the order of answering', async () => {
        const run = await storedRun();
        for (const n of [10, 2, 1]) await store.addEvidence(run, anEvidence({ id: `E${n}` }));
        for (const n of [10, 2, 1]) await store.addTurn(run, n, aTurn(`turn ${n}`));
        expect((await store.evidence(run)).map((item) => item.id)).toEqual(['E1', 'E2', 'E10']);
        expect(await store.turns(run)).toEqual([1, 2, 10].map((n) => aTurn(`turn ${n}`)));
      });

      test('come back unchanged with U+0000, lone surrogates and megabytes', async () => {
        const run = await storedRun();
        const nasty = 'binary \0 output \ud800 and \u{1F4A5}';
        const item = anEvidence({
          text: nasty + 'x'.repeat(2_000_000),
          structured: { [nasty]: nasty, big: 12345678901234567000, small: 0.1 },
        });
        await store.addEvidence(run, item);
        await store.addTurn(run, 0, aTurn(nasty));
        await store.addProgress(run, nasty);
        expect(await store.evidence(run)).toEqual([item]);
        expect(await store.turns(run)).toEqual([aTurn(nasty)]);
        expect((await store.run(run))?.progress).toEqual([nasty]);
      });

      test('do not stand in the message when the database refuses them', async () => {
        const refused = store.addEvidence('no such run', anEvidence({ text: 'a secret' }));
        const error = await refused.then(
          () => null,
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(Error);
        expect(String(error)).toMatch(/The database refused: .*foreign key/);
        expect(String(error)).not.toContain('a secret');
      });
    });

    describe('the ledger of effects', () => {
      const LONG = 60_000;
      const done = { ref: { channel: 'C1', ts: '1.2' }, digest: 'd1' };

      test('gives a new effect to one of two owners', async () => {
        const scope = crypto.randomUUID();
        const second = await place.openStore();
        const claims = await Promise.all([
          store.claimEffect(scope, 'card', 'a', LONG),
          second.claimEffect(scope, 'card', 'b', LONG),
        ]);
        expect(claims.filter((claim) => claim !== null)).toEqual([{ before: null }]);
      });

      test('tells the next owner what was done', async () => {
        const scope = crypto.randomUUID();
        await store.claimEffect(scope, 'card', 'a', LONG);
        await store.completeEffect(scope, 'card', 'a', done);
        const before = { key: 'card', state: 'done', ...done };
        expect(await store.effects(scope)).toEqual([before]);
        expect(await store.claimEffect(scope, 'card', 'b', LONG)).toEqual({ before });
      });

      test('tells the next owner that an effect may have happened when its owner died', async () => {
        const scope = crypto.randomUUID();
        await store.claimEffect(scope, 'card', 'a', 0);
        expect(await store.claimEffect(scope, 'card', 'b', LONG)).toEqual({
          before: { key: 'card', state: 'claimed', ref: null, digest: null },
        });
        await expect(store.completeEffect(scope, 'card', 'a', done)).rejects.toThrow(
          'a no longer holds the claim',
        );
      });

      test('takes a claim from before the clock was set back by an hour for one that ran out', async () => {
        const scope = crypto.randomUUID();
        await store.claimEffect(scope, 'card', 'a', LONG + 3_600_000);
        expect(await store.claimEffect(scope, 'card', 'b', LONG)).toMatchObject({
          before: { state: 'claimed' },
        });
      });

      test('keeps where a message is while an edit of it is uncertain', async () => {
        const scope = crypto.randomUUID();
        await store.claimEffect(scope, 'card', 'a', LONG);
        await store.completeEffect(scope, 'card', 'a', done);
        await store.claimEffect(scope, 'card', 'b', 0);
        expect(await store.claimEffect(scope, 'card', 'c', LONG)).toEqual({
          before: { key: 'card', state: 'claimed', ...done },
        });
      });

      test('gives the owner its own claim again', async () => {
        const scope = crypto.randomUUID();
        await store.claimEffect(scope, 'card', 'a', LONG);
        expect(await store.claimEffect(scope, 'card', 'a', LONG)).toMatchObject({
          before: { state: 'claimed' },
        });
      });

      test('lets an owner finish late when nobody took its claim', async () => {
        const scope = crypto.randomUUID();
        await store.claimEffect(scope, 'card', 'a', 0);
        await store.completeEffect(scope, 'card', 'a', done);
        expect(await store.effects(scope)).toMatchObject([{ state: 'done' }]);
      });

      test('is as before after a release', async () => {
        const scope = crypto.randomUUID();
        await store.claimEffect(scope, 'card', 'a', LONG);
        await store.releaseEffect(scope, 'card', 'a');
        expect(await store.effects(scope)).toEqual([]);

        await store.claimEffect(scope, 'card', 'b', LONG);
        await store.completeEffect(scope, 'card', 'b', done);
        await store.claimEffect(scope, 'card', 'c', LONG);
        await store.releaseEffect(scope, 'card', 'c');
        expect(await store.effects(scope)).toEqual([{ key: 'card', state: 'done', ...done }]);
      });

      test('is not released by who does not hold it', async () => {
        const scope = crypto.randomUUID();
        await store.claimEffect(scope, 'card', 'a', LONG);
        await store.releaseEffect(scope, 'card', 'b');
        expect(await store.claimEffect(scope, 'card', 'b', LONG)).toBeNull();
      });

      test('keeps scopes apart and lists them by key', async () => {
        const scope = crypto.randomUUID();
        for (const key of ['b', 'a']) await store.claimEffect(scope, key, 'a', LONG);
        await store.claimEffect(`${scope} other`, 'c', 'a', LONG);
        expect((await store.effects(scope)).map((effect) => effect.key)).toEqual(['a', 'b']);
      });
    });

    test('answers a ping', async () => {
      await store.ping();
    });
  });
});
