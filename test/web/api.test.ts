import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../src/config/secret.ts';
import type { Ask } from '../../src/incident/asked.ts';
import { createLogger } from '../../src/lib/log.ts';
import { QueueUnavailable } from '../../src/queue/queue.ts';
import { createApiRouter } from '../../src/web/api.ts';
import { createApp } from '../../src/web/app.ts';
import { listen, type RunningServer } from '../../src/web/listen.ts';
import { incidentAt, runs, store } from './api-store.ts';

let running: RunningServer | null = null;
afterEach(async () => {
  await running?.close(0);
  running = null;
});

async function serve(token: string | null = null, ask: Ask = async () => null): Promise<string> {
  const secret = token === null ? null : new Secret(token);
  const router = createApiRouter({ store, ask, token: secret });
  running = await listen(createApp([router], createLogger('silent')), {
    host: '127.0.0.1',
    port: 0,
  });
  return running.url;
}

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${await serve()}${path}`);
  return { status: response.status, body: await response.json() };
}

const Page = z.object({
  incidents: z.array(z.object({ id: z.string() })),
  next: z.string().nullable(),
});

describe('the list of incidents', () => {
  it('is the newest first, without alerts, with the state and report of the latest run', async () => {
    const { status, body } = await get('/api/incidents');
    expect(status).toBe(200);
    expect(body).toMatchObject({ next: null, incidents: [{ id: 'inc-5' }, {}, {}, {}, {}] });
    expect(body).toHaveProperty('incidents.4', {
      ...without(incidentAt(1), 'alerts', 'lastDelivery'),
      alertCount: 1,
      state: 'running',
      leader: null,
      report: null,
    });
  });

  it('is that from before a time, when asked so', async () => {
    const { body } = await get(`/api/incidents?before=${incidentAt(2).openedAt}`);
    expect(body).toMatchObject({ next: null, incidents: [{ id: 'inc-1' }] });
  });

  it('comes in pages that follow each other without a gap, also within a millisecond', async () => {
    const url = await serve();
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const query: string = before === null ? '' : `&before=${encodeURIComponent(before)}`;
      const response = await fetch(`${url}/api/incidents?limit=2${query}`);
      const page = Page.parse(await response.json());
      seen.push(...page.incidents.map((incident) => incident.id));
      before = page.next;
    } while (before !== null);
    expect(seen).toEqual(['inc-5', 'inc-4', 'inc-3', 'inc-2', 'inc-1']);
  });

  it.each([
    ['limit=0', 'limit', 'limit must be a whole number from 1 to 100'],
    ['limit=101', 'limit', 'limit must be a whole number from 1 to 100'],
    ['limit=ten', 'limit', 'limit must be a whole number from 1 to 100'],
    ['limit=1&limit=2', 'limit', 'limit must be a whole number from 1 to 100'],
    ['before=yesterday', 'before', 'before must be `next` of the page before, or a time'],
    ['before=yesterday/inc-3', 'before', 'before must be `next` of the page before, or a time'],
    ['before=2026-11-21T03:12:00Z/%00', 'before', 'before must be `next` of the page before'],
  ])('refuses ?%s in words', async (query, field, message) => {
    const { status, body } = await get(`/api/incidents?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ field, message: expect.stringContaining(message) });
  });
});

describe('one incident', () => {
  it('has its alerts, its notices, and its runs with their lists of evidence', async () => {
    const { status, body } = await get('/api/incidents/inc-1');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: 'inc-1',
      state: 'running',
      truncatedAlerts: 7,
      alerts: [{ fingerprint: 'f1' }],
      notices: [{ id: 'd2', kind: 're-fire', reason: 'started-again' }],
    });
    expect(body).toHaveProperty('runs', [
      {
        ...without(runs['inc-1']?.[0] ?? {}, 'tools', 'incident', 'members'),
        evidence: [
          {
            id: 'E1',
            tool: 'kubectl_get_pods',
            args: '{"namespace":"shop"}',
            bytes: 19,
            isError: false,
          },
          {
            id: 'E2',
            tool: 'kubectl_get_pods',
            args: '{"namespace":"shop"}',
            bytes: 100_000,
            isError: false,
          },
        ],
      },
      {
        ...without(runs['inc-1']?.[1] ?? {}, 'tools', 'incident', 'members'),
        evidence: [expect.objectContaining({ id: 'E1', bytes: 3 })],
      },
    ]);
  });

  it('names those that share its investigation, and the one whose investigation it shares', async () => {
    const led = await get('/api/incidents/inc-1');
    expect(led.body).toMatchObject({ leader: null, members: [{ incidentId: 'inc-3' }] });
    await running?.close(0);
    const shared = await get('/api/incidents/inc-3');
    expect(shared.body).toMatchObject({
      leader: { incidentId: 'inc-1', runId: 'r2', reason: 'shares node w3' },
      members: [],
      runs: [{ id: 'r3', evidence: [{ id: 'E1' }, { id: 'E2' }] }],
    });
    await running?.close(0);
    const evidence = await get('/api/incidents/inc-3/evidence/E1');
    expect(evidence.body).toMatchObject({ text: 'CrashLoopBackOff é' });
  });

  it('may have no run yet', async () => {
    const { body } = await get('/api/incidents/inc-2');
    expect(body).toMatchObject({ state: 'queued', report: null, runs: [], notices: [] });
  });

  it.each([
    '%00',
    'inc-1%00',
    '%00/evidence/E1',
    'inc-1/evidence/%00',
    'inc-1/evidence/E1?run=%00',
  ])('is 404 when its path is %s, which no store can hold', async (path) => {
    const { status, body } = await get(`/api/incidents/${path}`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: 'not_found' });
  });

  it('is 404 when there is none', async () => {
    expect(await get('/api/incidents/inc-9')).toEqual({
      status: 404,
      body: { error: 'not_found', message: 'There is no incident inc-9.' },
    });
  });
});

describe('one evidence', () => {
  it('is the full output of the latest run, or of the run that is asked for', async () => {
    const latest = await get('/api/incidents/inc-1/evidence/E2');
    expect(latest.body).toMatchObject({ runId: 'r2', id: 'E2', text: 'x'.repeat(100_000) });
    await running?.close(0);
    const older = await get('/api/incidents/inc-1/evidence/E1?run=r1');
    expect(older.body).toMatchObject({ runId: 'r1', text: 'OLD' });
  });

  it.each([
    ['inc-9/evidence/E1', 'There is no incident inc-9.'],
    ['inc-2/evidence/E1', 'Incident inc-2 has no such run.'],
    ['inc-1/evidence/E1?run=r9', 'Incident inc-1 has no such run.'],
    ['inc-1/evidence/E9', 'Run r2 has no evidence E9.'],
  ])('%s is 404 that names what is missing', async (path, message) => {
    const { status, body } = await get(`/api/incidents/${path}`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ message });
  });
});

describe('a person who asks for an investigation', () => {
  const path = '/api/incidents/inc-1/investigations';
  const runId = 'inc-1-r2';

  it.each([
    ['asked', 202],
    ['under-way', 200],
  ] as const)('is told %s with %d, and whether a model takes part', async (outcome, status) => {
    const url = await serve(null, async () => ({ outcome, runId, withoutModel: 'none' }));
    const response = await fetch(`${url}${path}`, { method: 'POST' });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      incidentId: 'inc-1',
      outcome,
      runId,
      withoutModel: 'none',
    });
  });

  it.each<[string, number, RegExp, Ask]>([
    ['an incident that there is not', 404, /no incident inc-1/, async () => null],
    [
      'a dead letter',
      409,
      /queue retry/,
      async () => ({ outcome: 'dead-letter', runId, withoutModel: null }),
    ],
    ['a queue that is away', 503, /ask again/, () => Promise.reject(new QueueUnavailable('away'))],
  ])('is told of %s with %d', async (_what, status, message, ask) => {
    const response = await fetch(`${await serve(null, ask)}${path}`, { method: 'POST' });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('has to come through the door, and to POST', async () => {
    const asked: string[] = [];
    const ask: Ask = async (id) => {
      asked.push(id);
      return null;
    };
    const url = await serve('api-token', ask);
    const stranger = await fetch(`${url}${path}`, { method: 'POST' });
    const headers = { authorization: 'Bearer api-token' };
    const reader = await fetch(`${url}${path}`, { headers });
    const nul = await fetch(`${url}/api/incidents/%00/investigations`, { method: 'POST', headers });
    expect([stranger.status, reader.status, nul.status]).toEqual([401, 405, 404]);
    expect(reader.headers.get('allow')).toBe('POST');
    expect(asked).toEqual([]);
    await running?.close(0);
    const open = await serve(null, ask);
    const page = { origin: 'https://attacker.example.org' };
    const forged = await fetch(`${open}${path}`, { method: 'POST', headers: page });
    expect(forged.status).toBe(403);
    expect(asked).toEqual([]);
  });
});

describe('the door', () => {
  it('opens to the bearer token only, when there is one', async () => {
    const url = await serve('api-token');
    const status = async (authorization?: string) =>
      (await fetch(`${url}/api/incidents`, authorization ? { headers: { authorization } } : {}))
        .status;
    expect(await status('Bearer api-token')).toBe(200);
    expect(await status('Bearer other')).toBe(401);
    expect(await status(`Basic ${Buffer.from('x:api-token').toString('base64')}`)).toBe(401);
    expect(await status()).toBe(401);
  });

  it.each([
    ['a rebound name', { host: 'attacker.example.org:80' }],
    ['a name that only begins like ours', { host: 'localhost.example.org' }],
    ['a foreign page', { origin: 'https://attacker.example.org' }],
    ['a proxy', { forwarded: 'for=203.0.113.9' }],
  ])('is shut to %s when there is no token', async (_what, headers) => {
    const url = await serve();
    const status = await new Promise((resolve, reject) => {
      request(`${url}/api/incidents`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('takes only GET, and answers a broken path in JSON', async () => {
    const url = await serve();
    const response = await fetch(`${url}/api/incidents`, { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET');
    const broken = await fetch(`${url}/api/incidents/%zz`);
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ error: 'bad_request' });
  });
});

function without(value: object, ...keys: string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}
