import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Queue } from '../../src/queue/queue.ts';
import { type RunningProgram, runCommand, startProgram } from '../e2e/program.ts';
import { concludedThread } from '../e2e/thread.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { findBackend, type Place } from '../services/backends.ts';
import { aDelivery } from '../store/samples.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const SECRET = 'hunter2-secret';
const ALERT = 'DiedOnTheWay';

/** Where the jobs and where the incidents are. Jobs in PostgreSQL are reached as those in the embedded one are. */
const storages = [
  { name: 'the embedded database', parts: ['embedded'] as const },
  { name: 'Redis and PostgreSQL', parts: ['redis', 'postgres'] as const },
].map((storage) => ({
  ...storage,
  available: storage.parts.every((part) => findBackend(part).available),
}));

describe.each(storages.filter(({ available }) => available))(
  'queue, beside serve on $name',
  ({ parts }) => {
    let world: World;
    let serve: RunningProgram;
    let place: World['place'];
    const command = (...args: string[]) => runCommand(['queue', ...args], place);

    beforeAll(async () => {
      const [own, ...places] = await Promise.all([
        startWorld(),
        ...parts.map((part) => findBackend(part).prepare()),
      ]);
      world = own;
      place = world.with({ ANTHROPIC_API_KEY: '', ...settingsOf(places) });
      const [jobs] = places;
      if (jobs === undefined) throw new Error('a storage has parts');
      await leaveDeadLetters(await jobs.openQueue({ attempts: 1 }));
      await jobs.release();
      serve = await startProgram(['serve'], place);
      return async () => {
        serve.kill('SIGKILL');
        await serve.stopped;
        await Promise.all([world.close(), ...places.map((each) => each.close())]);
      };
    });

    it('lists what failed for good, and the metric counts it', async () => {
      const { stdout, code } = await command('list');
      expect(code).toBe(0);
      const [heading, ...rows] = stdout.trimEnd().split('\n');
      expect(heading).toMatch(/^ID +FAILED +TRIES +ABOUT +LAST ERROR$/);
      expect(rows).toEqual([
        expect.stringMatching(/^deliver\/\S+ .* thread in slack of inc-lost, which is not stored/),
        expect.stringMatching(
          /^intake\/id-\w{12} +\d+ s +1 +1 alert of alertmanager \(DiedOnTheWay\), group \{\}:/,
        ),
      ]);
      expect(stdout).not.toContain(SECRET);
      expect((await command('list', '--kind', 'investigate')).stdout).toBe(
        'There are no dead letters.\n',
      );
      const metrics = await (await fetch(`${serve.url}/metrics`)).text();
      expect(metrics).toContain('probable_cause_dead_letters{kind="deliver"} 1');
      expect(metrics).toContain('probable_cause_dead_letters{kind="investigate"} 0');
    });

    it('shows one with all it holds but its secrets, by the beginning of its id', async () => {
      const [words, json] = await Promise.all([
        command('show', 'intake/id-'),
        command('show', 'intake/id-', '--json'),
      ]);
      expect(words.stdout).toMatch(/^id +intake\/id-\w{64}\n/);
      expect(words.stdout).toMatch(/accepted +\d{4}-\d\d-\d\d \d\d:\d\d UTC, \d+ s ago/);
      for (const { stdout } of [words, json]) {
        expect(stdout).not.toContain(SECRET);
        expect(stdout).toContain('postgres://orders:[REDACTED:password:');
      }
      expect(z.object({ tries: z.number() }).parse(JSON.parse(json.stdout)).tries).toBe(1);
    });

    it('says of an id that stands for none where to find one', async () => {
      expect(await command('show', 'intake/nothing')).toMatchObject({
        code: 1,
        stderr:
          'probable-cause: queue show: there is no dead letter "intake/nothing". "queue list" names what there is.\n',
      });
    });

    it('drops one for good, and asks before', async () => {
      const unasked = await command('drop', 'deliver/');
      expect(unasked.code).toBe(1);
      expect(unasked.stderr).toContain('nobody is here to be asked; --yes drops without asking');
      expect((await command('drop', 'deliver/', '--yes')).stdout).toMatch(/^Dropped: thread in/);
      expect((await command('list', '--kind', 'deliver')).stdout).toBe(
        'There are no dead letters.\n',
      );
    });

    it('retries the rest, which the running workers then bring to their end', async () => {
      expect((await command('retry', '--all')).stdout).toBe('1 of 1 to be tried again.\n');
      await concludedThread(world.slack, ALERT);
      expect((await command('list')).stdout).toBe('There are no dead letters.\n');
    });
  },
);

it('queue says what it takes when it is asked for something else', async () => {
  const command = (...args: string[]) =>
    runCommand(['queue', ...args], { dir: import.meta.dirname, env: {} });
  const [none, both, kind] = await Promise.all([
    command('retry'),
    command('retry', 'intake/x', '--all'),
    command('list', '--kind', 'parcel'),
  ]);
  for (const { code, stderr } of [none, both]) {
    expect(code).toBe(1);
    expect(stderr).toContain('give either an id of "queue list", or --all');
  }
  expect(kind.code).toBe(2);
  expect(kind.stderr).toContain('Allowed choices are intake, investigate, deliver');
});

function settingsOf(places: Place[]): Record<string, string> {
  const settings = places.map(({ address }): Record<string, string> => {
    if ('redis' in address) return { REDIS_URL: address.redis };
    return 'url' in address ? { DATABASE_URL: address.url } : { DATA_DIR: address.dataDir };
  });
  return Object.assign({}, ...settings);
}

/** A delivery whose annotation and whose failure quote a password, and the thread of an incident that is gone. */
async function leaveDeadLetters(queue: Queue): Promise<void> {
  const quoting = `cannot reach postgres://orders:${SECRET}@db/orders`;
  for (const kind of ['intake', 'deliver'] as const) {
    await queue.consume(kind, 1, async () => {
      throw new Error(quoting);
    });
  }
  const labels = { alertname: ALERT, namespace: 'shop' };
  const alerts = aDelivery().alerts.map((alert) => ({
    ...alert,
    labels,
    annotations: { description: quoting },
  }));
  const delivery = aDelivery({ groupLabels: labels, commonLabels: labels, alerts });
  await queue.add('intake', { version: 1, delivery }, { id: delivery.id });
  await failedOne(queue, 'intake');
  await queue.add('deliver', { version: 1, incidentId: 'inc-lost', channel: 'slack' });
  await failedOne(queue, 'deliver');
}

async function failedOne(queue: Queue, kind: 'intake' | 'deliver'): Promise<void> {
  const counted = async () => expect(await queue.counts(kind)).toMatchObject({ failed: 1 });
  await vi.waitFor(counted, { timeout: 10_000 });
}
