import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { alertNameOf, turnsBefore } from './engineer.ts';
import { type RunningProgram, startProgram } from './program.ts';
import { alertBody } from './shop.ts';
import { type PreparedStorage, storages } from './storages.ts';
import { concludedThread } from './thread.ts';
import { incidentOf, post, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

const GROUPS = 60;
const NODE = 'worker-3';
const nameOf = (index: number) => `Storm${index}x`;

/** Of all cards that name the alert, as one of those that share an investigation, its own says how severe it is. */
function isConcluded(name: string): Parameters<World['slack']['onMessage']>[0] {
  return ({ threadTs, blocks }) =>
    threadTs === null && JSON.stringify(blocks).includes(`${name} · shop/${NODE} · warning`);
}

describe.each(storages().filter(({ available }) => available))('a storm, on $name,', (storage) => {
  let world: World;
  let stored: PreparedStorage;
  let program: RunningProgram;

  beforeAll(async () => {
    [world, stored] = await Promise.all([startWorld(), storage.prepare()]);
    // Longer than it takes this machine to post all of them.
    const limits = { gatherSeconds: 5 };
    await writeFile(join(world.place.dir, 'probable-cause.yaml'), JSON.stringify({ limits }));
    program = await startProgram(['serve'], world.with(stored.env));
    return async () => {
      program.kill('SIGKILL');
      await program.stopped;
      await Promise.all([world.close(), stored.remove()]);
    };
  });

  it('of 60 groups on one node has 60 threads, which a few investigations tell the cause', async () => {
    const names = Array.from({ length: GROUPS }, (_, index) => nameOf(index));
    const accepted = await Promise.all(
      names.map((name) => {
        const labels = { severity: 'warning', node: NODE };
        return post(program.url, alertBody({ name, labels }));
      }),
    );
    expect(accepted.every(({ status }) => status === 202)).toBe(true);

    const cards = await Promise.all(names.map((name) => world.slack.onMessage(isConcluded(name))));
    expect(world.slack.messages.filter(({ threadTs }) => threadTs === null)).toHaveLength(GROUPS);
    expect(new Set(cards.map(({ ts }) => ts)).size).toBe(GROUPS);
    for (const { text } of cards) expect(text).toContain('Action required');

    const investigated = new Set(world.model.requests.map(alertNameOf));
    expect(investigated.size).toBeLessThanOrEqual(3);
    expect(world.model.requests.map(turnsBefore).filter((turns) => turns === 0)).toHaveLength(
      investigated.size,
    );
    for (const [index, name] of names.entries()) {
      const shown = JSON.stringify(cards[index]?.blocks);
      expect(shown, name).toContain(investigated.has(name) ? '*Also*' : `shares node ${NODE}`);
    }
  });

  it('does not hold up what is critical', async () => {
    await post(program.url, alertBody({ name: 'Urgent', labels: { node: 'worker-4' } }));
    await concludedThread(world.slack, 'Urgent');
    const { report } = await incidentOf(program.url, 'Urgent');
    expect(report).toMatchObject({ author: 'model', incidentId: expect.any(String) });
  });
});
