import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ScriptedTurn } from '../fakes/anthropic.ts';
import { type Asked, alertNameOf, investigates, turnsBefore } from './engineer.ts';
import { type Place, type RunningProgram, startProgram } from './program.ts';
import { alertBody } from './shop.ts';
import { type PreparedStorage, storages } from './storages.ts';
import { cardsOf, concludedThread, isCardOf } from './thread.ts';
import { incidentOf, post, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const [shared] = storages().filter(({ name }) => name === 'Redis and PostgreSQL');
/** Whoever posts waits for the card before the next one, so that the load is what the workers can take. */
const SENDERS = 3;

describe.skipIf(!shared?.available)('two workers, restarted in turn', () => {
  let world: World;
  let storage: PreparedStorage;
  let place: Place;
  let webhooks: RunningProgram;
  let workers: RunningProgram[];
  let answer: (request: Asked) => ScriptedTurn = investigates;

  beforeAll(async () => {
    if (shared === undefined) throw new Error('there is no storage that two can share');
    [world, storage] = await Promise.all([
      startWorld({ script: (request) => answer(request) }),
      shared.prepare(),
    ]);
    place = world.with(storage.env);
    [webhooks, ...workers] = await Promise.all([
      startProgram(['webhooks'], place),
      startProgram(['worker'], place),
      startProgram(['worker'], place),
    ]);
    return async () => {
      for (const program of [webhooks, ...workers]) program.kill('SIGKILL');
      await Promise.all([webhooks, ...workers].map(({ stopped }) => stopped));
      await Promise.all([world.close(), storage.remove()]);
    };
  });

  /** Asks a worker to end, and starts another in its place once it has. */
  async function replace(index: number): Promise<void> {
    const worker = workers[index];
    worker?.kill('SIGTERM');
    expect(await worker?.stopped).toEqual({ code: 0, signal: null });
    workers[index] = await startProgram(['worker'], place);
  }

  it('lose nothing and repeat nothing while webhooks come in', async () => {
    const names: string[] = [];
    let restarting = true;
    const send = async () => {
      while (restarting) {
        const name = `Rolling${names.length}x`;
        names.push(name);
        expect((await post(webhooks.url, alertBody({ name }))).status).toBe(202);
        await world.slack.onMessage(isCardOf(name));
      }
    };
    const sending = Array.from({ length: SENDERS }, send);
    for (const index of [0, 1]) await replace(index);
    restarting = false;
    await Promise.all(sending);
    expect(names.length).toBeGreaterThan(SENDERS);

    await Promise.all(names.map((name) => concludedThread(world.slack, name)));
    for (const name of names) {
      const cards = cardsOf(world.slack, name);
      expect(cards, name).toHaveLength(1);
      const replies = world.slack.thread(cards[0]?.ts ?? '').slice(1);
      expect(replies.map(({ text }) => text)).toEqual([
        'Evidence · 2 of 2 claims checked',
        'Details',
      ]);
      const turns = world.model.requests.filter((request) => alertNameOf(request) === name);
      expect(turns.map(turnsBefore), name).toEqual([0, 1, 2]);
    }
  });

  it('hand back what does not end in time, and another goes on with it', async () => {
    const name = 'HangsMeanwhile';
    await writeFile(join(place.dir, 'probable-cause.yaml'), 'limits: {drainSeconds: 1}\n');
    await Promise.all([replace(0), replace(1)]);
    const hanging = Promise.withResolvers<void>();
    answer = (request) => {
      if (alertNameOf(request) !== name || turnsBefore(request) !== 1) return investigates(request);
      answer = investigates;
      hanging.resolve();
      return { broken: 'silent' };
    };
    await post(webhooks.url, alertBody({ name }));
    await hanging.promise;
    // Nobody knows which of them has it.
    await replace(0);
    await replace(1);

    await concludedThread(world.slack, name);
    expect(cardsOf(world.slack, name)).toHaveLength(1);
    const [worker] = workers;
    const incident = await incidentOf(worker?.url ?? '', name);
    expect(incident.runs).toHaveLength(1);
    expect(incident.report).toMatchObject({ author: 'model', stopped: null, gaps: [] });
    const asked = world.model.requests.filter((request) => alertNameOf(request) === name);
    expect(asked.map(turnsBefore)).toEqual([0, 1, 1, 2]);
  });
});
