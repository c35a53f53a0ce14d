import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { probeRedis } from '../../src/queue/redis.ts';
import { findRedis } from '../services/binaries.ts';
import { type Server, startRedis } from '../services/servers.ts';

const binary = findRedis();

describe.skipIf(binary === null)('what doctor finds of Redis', () => {
  let server: Server | null = null;
  afterEach(async () => {
    await server?.stop();
    server = null;
  });

  it('is well when it writes everything down and evicts nothing', async () => {
    server = await startRedis(binary ?? '');
    expect(await probeRedis(server.url)).toEqual([
      { system: 'Redis', ok: true, detail: 'answers, keeps all it is given', advice: null },
    ]);
  });

  it('is not well when it may forget what it was given, though it answers', async () => {
    server = await startRedis(binary ?? '');
    const client = new Redis(server.url);
    await client.config('SET', 'appendonly', 'no');
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    client.disconnect();
    expect(await probeRedis(server.url)).toMatchObject([
      {
        ok: false,
        detail: 'appendonly is off, it may evict keys',
        advice: expect.stringContaining('noeviction'),
      },
    ]);
  });

  it('is told in words when nobody answers, without the password of its URL', async () => {
    const [row] = await probeRedis('redis://:hunter2@127.0.0.1:9');
    expect(row).toMatchObject({ ok: false, detail: expect.stringMatching(/^does not answer: /) });
    expect(JSON.stringify(row)).not.toContain('hunter2');
  });
});
