import { beforeAll, describe, expect, it, vi } from 'vitest';
import { findBackend } from '../services/backends.ts';
import { findRedis } from '../services/binaries.ts';
import { type Server, startRedis } from '../services/servers.ts';
import { type Env, type RunningProgram, runCommand, startProgram } from './program.ts';
import { alertBody } from './shop.ts';
import { preparePostgres } from './storages.ts';
import { cardsOf, concludedThread } from './thread.ts';
import { post, reportOf, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const redisBinary = findRedis();

describe.skipIf(redisBinary === null || !findBackend('postgres').available)(
  'webhooks and worker as processes of their own, on Redis and PostgreSQL, without a model',
  () => {
    let world: World;
    let redis: Server;
    let webhooks: RunningProgram;
    let worker: RunningProgram;

    beforeAll(async () => {
      const [ownWorld, ownRedis, database] = await Promise.all([
        startWorld(),
        startRedis(redisBinary ?? ''),
        preparePostgres(),
      ]);
      world = ownWorld;
      redis = ownRedis;
      const place = world.with({
        ...database.env,
        REDIS_URL: redis.url,
        ANTHROPIC_API_KEY: '',
        DATA_DIR: 'never-made',
      });
      [webhooks, worker] = await Promise.all([
        startProgram(['webhooks'], place),
        startProgram(['worker'], place),
      ]);
      return async () => {
        for (const program of [webhooks, worker]) program.kill('SIGKILL');
        await Promise.all([webhooks.stopped, worker.stopped]);
        await Promise.all([world.close(), database.remove(), redis.stop()]);
      };
    });

    it('bring an alert to a thread and to a report of what code makes of it', async () => {
      expect((await post(webhooks.url, alertBody({ name: 'Split' }))).status).toBe(202);
      const [card] = await concludedThread(world.slack, 'Split');
      expect(JSON.stringify(card?.blocks)).toContain('Written without a model');
      const report = await reportOf(worker.url, 'Split');
      expect(report).toMatchObject({
        author: 'analysers',
        model: null,
        verdict: 'action_required',
        rootCause: { failureMode: 'oom-killed' },
        stopped: null,
        gaps: [expect.stringContaining('No model took part')],
      });
      expect(report.claims.map(({ text }) => text).join()).toContain('CrashLoopBackOff');
      expect(report.claims.every(({ verified }) => verified)).toBe(true);
      expect(world.model.requests).toEqual([]);
    });

    it('refuse a webhook while Redis hangs, take the next one when it is back, and lose none', async () => {
      redis.signal('SIGSTOP');
      const [refused, ready] = await Promise.all([
        post(webhooks.url, alertBody({ name: 'WhileRedisHangs' })),
        fetch(`${webhooks.url}/readyz`),
      ]);
      expect(refused.status).toBe(503);
      expect(await refused.json()).toMatchObject({ error: 'queue_unavailable' });
      expect(refused.headers.get('retry-after')).toBe('5');
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({ ready: false });

      redis.signal('SIGCONT');
      // Senders send again what was refused.
      const again = () => post(webhooks.url, alertBody({ name: 'WhileRedisHangs' }));
      await expect.poll(async () => (await again()).status, { timeout: 15_000 }).toBe(202);
      await concludedThread(world.slack, 'WhileRedisHangs');
      expect(cardsOf(world.slack, 'WhileRedisHangs')).toHaveLength(1);
    });

    it('end at once when they are told to and have nothing to do', async () => {
      for (const program of [webhooks, worker]) program.kill('SIGTERM');
      expect(await Promise.all([webhooks.stopped, worker.stopped])).toEqual([
        { code: 0, signal: null },
        { code: 0, signal: null },
      ]);
    });
  },
);

it('webhooks alone on the embedded database are refused, with what to do', async () => {
  const env: Env = { PORT: '0' };
  const { code, stderr } = await runCommand(['webhooks'], { dir: import.meta.dirname, env });
  expect(code).toBe(1);
  expect(stderr).toBe(
    'probable-cause: webhooks: the embedded database serves one process only. ' +
      'Run "serve", or set REDIS_URL or DATABASE_URL.\n',
  );
});
