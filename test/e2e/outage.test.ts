import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { findPostgres, findRedis } from '../services/binaries.ts';
import { type Server, startPostgres, startRedis } from '../services/servers.ts';
import { type RunningProgram, startProgram } from './program.ts';
import { alertBody } from './shop.ts';
import { cardsOf, concludedThread } from './thread.ts';
import { post, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const redisBinary = findRedis();
const postgresBinaries = findPostgres();
const PATIENT = { timeout: 30_000, interval: 200 };

describe.skipIf(redisBinary === null || postgresBinaries === null)(
  'serve on a Redis and a PostgreSQL that stop and start',
  () => {
    let world: World;
    let redis: Server;
    let postgres: Server;
    let serve: RunningProgram;

    beforeAll(async () => {
      [world, redis, postgres] = await Promise.all([
        startWorld(),
        startRedis(redisBinary ?? ''),
        startPostgres(postgresBinaries ?? ''),
      ]);
      await writeFile(
        join(world.place.dir, 'probable-cause.yaml'),
        'limits: {canarySeconds: 3, sweepSeconds: 2}\n',
      );
      serve = await startProgram(
        ['serve'],
        world.with({ REDIS_URL: redis.url, DATABASE_URL: postgres.url, ANTHROPIC_API_KEY: '' }),
      );
      return async () => {
        serve.kill('SIGKILL');
        await serve.stopped;
        await Promise.all([world.close(), redis.stop(), postgres.stop()]);
      };
    });

    const healthz = async () => (await fetch(`${serve.url}/healthz`)).status;
    const readyz = async () => (await fetch(`${serve.url}/readyz`)).json();
    const READY = { ready: true, checks: { queue: 'ok', store: 'ok' } };

    it.each([
      { part: 'queue', other: 'store', server: () => redis },
      { part: 'store', other: 'queue', server: () => postgres },
    ])(
      'says that the $part is away, and works again when it is back',
      async ({ part, other, server }) => {
        const name = `AfterAn${part}Outage`;
        expect(await readyz()).toEqual(READY);
        server().signal('SIGKILL');
        await server().gone();
        await expect.poll(readyz, PATIENT).toEqual({
          ready: false,
          checks: { [part]: expect.stringMatching(`^the ${part} (cannot|gave no)`), [other]: 'ok' },
        });
        // To start it anew would bring nothing back.
        expect(await healthz()).toBe(200);
        await server().restart();
        await expect.poll(readyz, PATIENT).toEqual(READY);
        expect((await post(serve.url, alertBody({ name }))).status).toBe(202);
        await concludedThread(world.slack, name);
        expect(cardsOf(world.slack, name)).toHaveLength(1);
        expect(await healthz()).toBe(200);
      },
    );

    it('finds what a Redis has forgotten, and brings it to its end', async () => {
      const name = 'ForgottenByRedis';
      // All is done but the thread, whose job waits.
      world.slack.failNext('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 8 });
      await post(serve.url, alertBody({ name }));
      await expect.poll(jobsLeft, PATIENT).toEqual(['deliver delayed 1']);
      const client = new Redis(redis.url);
      await client.flushall();
      await client.quit();
      await concludedThread(world.slack, name);
      expect(cardsOf(world.slack, name)).toHaveLength(1);
    });

    async function jobsLeft(): Promise<string[]> {
      const metrics = await (await fetch(`${serve.url}/metrics`)).text();
      const jobs = /^probable_cause_queue_jobs\{kind="(\w+)",state="(\w+)"\} ([1-9]\d*)$/gm;
      return [...metrics.matchAll(jobs)].map((match) => match.slice(1).join(' '));
    }

    it('is not alive when jobs no longer come through although the queue takes them', async () => {
      const client = new Redis(redis.url);
      // A paused queue takes jobs and gives out none, over connections that work.
      const [meta = ''] = await client.keys('probable-cause:canary-*:meta');
      await client.hset(meta, 'paused', 1);
      await expect.poll(healthz, PATIENT).toBe(503);
      expect(await readyz()).toEqual(READY);
      expect(await (await fetch(`${serve.url}/healthz`)).json()).toEqual({
        alive: false,
        reason: expect.stringMatching(
          /^no job has come through for \d+ s, although the queue takes them$/,
        ),
      });
      await client.quit();
    });
  },
);
