import { beforeAll, describe, expect, it, vi } from 'vitest';
import { isAside } from '../../src/evidence/evidence.ts';
import type { ScriptedTurn } from '../fakes/anthropic.ts';
import { alertNameOf, investigates, turnsBefore } from './engineer.ts';
import { startProgram } from './program.ts';
import { alertBody } from './shop.ts';
import { type Storage, storages } from './storages.ts';
import { cardsOf, concludedThread, isCardOf } from './thread.ts';
import { incidentOf, post, startWorld } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const THINKING = 'DiesWhileThinking';
const POSTING = 'DiesWhilePosting';
const OUTAGE = 'SlackIsDown';
const ALERTS = [THINKING, POSTING, OUTAGE];
const QUERY = 'memory_bytes{pod="nobody-else-asks"}';
const asksOnce: ScriptedTurn = {
  content: [{ type: 'tool_use', name: 'query_prometheus', input: { query: QUERY } }],
};
const usable = storages().filter(({ available }) => available);

/** By the storage. All at the same time: most of it is waiting for the leases of the dead. */
const nights = new Map<string, Awaited<ReturnType<typeof playNight>>>();

beforeAll(async () => {
  await Promise.all(
    usable.map(async (storage) => nights.set(storage.name, await playNight(storage))),
  );
  return async () => {
    await Promise.all([...nights.values()].map(({ end }) => end()));
  };
});

/**
 * Kills `serve` while the model is at the second turn of one incident, and while Slack has taken the card of
 * another but has not said so; starts it again, lets Slack fail for a third one, and waits until all three
 * threads are complete.
 */
async function playNight({ prepare }: Storage) {
  const thinking = Promise.withResolvers<void>();
  let killed = false;
  const world = await startWorld({
    script: (request) => {
      if (alertNameOf(request) !== THINKING) return investigates(request);
      if (turnsBefore(request) === 0) return asksOnce;
      if (turnsBefore(request) > 1 || killed) return investigates(request);
      thinking.resolve();
      return { broken: 'silent' };
    },
  });
  const { slack } = world;
  const storage = await prepare();
  const place = world.with(storage.env);

  const first = await startProgram(['serve'], place);
  await post(first.url, alertBody({ name: THINKING }));
  await Promise.all([thinking.promise, slack.onMessage(isCardOf(THINKING))]);
  slack.failNext('chat.postMessage', { kind: 'hang', accepted: true });
  await post(first.url, alertBody({ name: POSTING }));
  await slack.onMessage(isCardOf(POSTING));
  first.kill('SIGKILL');
  killed = true;
  await first.stopped;

  const program = await startProgram(['serve'], place);
  const down = { kind: 'status', status: 500 } as const;
  slack.failNext('chat.postMessage', down);
  slack.failNext('chat.update', down, down);
  await post(program.url, alertBody({ name: OUTAGE }));
  await Promise.all(ALERTS.map((name) => concludedThread(slack, name)));
  return {
    world,
    program,
    async end() {
      program.kill('SIGKILL');
      await program.stopped;
      await Promise.all([world.close(), storage.remove()]);
    },
  };
}

describe.each(usable)(
  'serve on $name, killed, started again, and without Slack for a while',
  ({ name: storage }) => {
    function night() {
      const played = nights.get(storage);
      if (played === undefined) throw new Error(`nothing was played on ${storage}`);
      return played;
    }

    it.each(ALERTS)('finishes %s: one thread, one report', async (name) => {
      const { world, program } = night();
      const cards = cardsOf(world.slack, name);
      expect(cards).toHaveLength(1);
      const replies = world.slack.thread(cards[0]?.ts ?? '').slice(1);
      expect(replies.map(({ text }) => text)).toEqual([
        'Evidence · 2 of 2 claims checked',
        'Details',
      ]);
      const incident = await incidentOf(program.url, name);
      expect(incident.runs).toHaveLength(1);
      expect(incident.report).toMatchObject({ author: 'model', stopped: null, gaps: [] });
      expect(incident.report?.claims.map(({ verified }) => verified)).toEqual([true, true]);
    });

    it('asks again for the turn that had no answer, and for no other', () => {
      const { requests } = night().world.model;
      const asked = requests.filter((request) => alertNameOf(request) === THINKING);
      // The third is the second again; the last one is for the conclusion.
      expect(asked.map(turnsBefore)).toEqual([0, 1, 1, 2]);
      expect(asked[2]).toEqual(asked[1]);
    });

    it('repeats no tool call whose output was stored', async () => {
      const { world, program } = night();
      const asked = world.prometheus.requests.filter(({ params }) => params.get('query') === QUERY);
      expect(asked).toHaveLength(1);
      const { report, runs } = await incidentOf(program.url, THINKING);
      expect(report?.usage.toolCalls).toBe(runs[0]?.evidence.length);
      const ids = runs[0]?.evidence.filter((line) => !isAside(line)).map(({ id }) => id);
      expect(ids).toEqual(['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7']);
    });

    it('pays for no turn twice because Slack was down', () => {
      const { world, program } = night();
      const asked = world.model.requests.filter((request) => alertNameOf(request) === OUTAGE);
      expect(asked.map(turnsBefore)).toEqual([0, 1, 2]);
      expect(program.output()).toContain('Slack answered chat.postMessage with HTTP 500');
    });
  },
);
