import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/alert/alert.ts';
import { createPagerDutyClient } from '../../src/pagerduty/client.ts';
import { createComplete } from '../../src/pagerduty/complete.ts';
import { PagerDutyFailure } from '../../src/pagerduty/request.ts';
import { RetryLater } from '../../src/queue/queue.ts';
import { RESET_SECONDS } from '../fakes/pagerduty.ts';
import { silent } from '../services/backends.ts';
import { aDelivery } from '../store/samples.ts';
import { aTry } from '../workers/job.ts';
import { anAlert, fakePagerDuty, INCIDENT, TEXT, TOKEN, triggered } from './samples.ts';

const LAST_TRY = 6;

function completing(url: string, { token = TOKEN, timeoutMs = 5_000 } = {}) {
  const clock = { time: Date.parse('2026-11-21T03:12:00Z'), now: () => new Date(clock.time) };
  const client = createPagerDutyClient({ url, token, timeoutMs });
  return { complete: createComplete({ client, clock, log: silent }), clock };
}

const trying = (attempt: number, signal?: AbortSignal) => aTry(signal, attempt);
const gapsOf = (delivery: Delivery) => delivery.gaps?.join('\n');

describe('a delivery that lacks its alerts', () => {
  it('gets them, and lacks nothing then', async () => {
    const fake = await fakePagerDuty([anAlert(TEXT)]);
    const completed = await completing(fake.url).complete(triggered(), trying(1));
    expect(completed.alerts.map(({ labels }) => labels.namespace)).toEqual(['shop', 'shop']);
    expect(completed).not.toHaveProperty('lacks');
    expect(completed).not.toHaveProperty('gaps');
    expect(fake.requests).toMatchObject([
      {
        path: `/incidents/${INCIDENT}/alerts`,
        headers: { accept: 'application/vnd.pagerduty+json;version=2' },
      },
    ]);
  });

  it('gets all pages of them', async () => {
    const alerts = Array.from({ length: 250 }, (_, index) => anAlert({}, { id: `P${index}` }));
    const fake = await fakePagerDuty(alerts);
    const completed = await completing(fake.url).complete(triggered(), trying(1));
    expect(completed.alerts).toHaveLength(250);
    expect(fake.requests.map(({ params }) => params.get('offset'))).toEqual(['0', '100', '200']);
  });

  it('gets at most 1,000, and says so when there are more', async () => {
    const alerts = Array.from({ length: 1_001 }, (_, index) => anAlert({}, { id: `P${index}` }));
    const fake = await fakePagerDuty(alerts);
    const completed = await completing(fake.url).complete(triggered(), trying(1));
    expect(completed.alerts).toHaveLength(1_000);
    expect(gapsOf(completed)).toContain('only the first 1000 were read');
  });
});

it('leaves a delivery alone that lacks nothing', async () => {
  const fake = await fakePagerDuty([]);
  const whole = aDelivery();
  expect(await completing(fake.url).complete(whole, trying(1))).toEqual(whole);
  expect(fake.requests).toEqual([]);
});

describe('a refusal', () => {
  it.each([
    ['a wrong token', 401, 'HTTP 401: the token in PAGERDUTY_API_TOKEN is not valid'],
    ['a token without the right', 403, 'HTTP 403: the token in PAGERDUTY_API_TOKEN may not read'],
    ['an incident of another account', 404, 'HTTP 404: there is no such incident'],
  ])('is a gap at once: %s', async (_what, status, words) => {
    const fake = await fakePagerDuty([anAlert(TEXT)]);
    fake.failNext({ kind: 'reply', reply: { status, body: { error: { message: 'secret' } } } });
    const completed = await completing(fake.url).complete(triggered(), trying(1));
    expect(gapsOf(completed)).toContain(`behind incident ${INCIDENT} of PagerDuty are not known`);
    expect(gapsOf(completed)).toContain(words);
    expect(completed.alerts).toEqual(triggered().alerts);
    expect(completed).not.toHaveProperty('lacks');
    expect(JSON.stringify(completed)).not.toContain(TOKEN);
  });

  it('is what the fake answers to a wrong token', async () => {
    const fake = await fakePagerDuty([]);
    const { complete } = completing(fake.url, { token: 'wrong' });
    expect(gapsOf(await complete(triggered(), trying(1)))).toContain('HTTP 401');
  });

  it('is a gap without a token, and nobody is asked', async () => {
    const clock = { now: () => new Date() };
    const complete = createComplete({ client: null, clock, log: silent });
    expect(gapsOf(await complete(triggered(), trying(1)))).toContain(
      'PAGERDUTY_API_TOKEN is not set',
    );
  });
});

describe('an outage', () => {
  const outages = [
    ['an error', { kind: 'reply', reply: { status: 503, body: '' } }, 'HTTP 503'],
    ['a reset', { kind: 'reset' }, 'PagerDuty cannot be reached'],
    ['no answer', { kind: 'hang' }, 'PagerDuty did not answer within 0.2 s'],
    ['a page of a proxy', { kind: 'reply', reply: { status: 200, body: '<p>' } }, 'than JSON'],
    [
      'a redirect',
      { kind: 'reply', reply: { status: 302, body: '', headers: { location: 'http://evil/' } } },
      'which is not followed',
    ],
  ] as const;

  it.each(outages)(
    'is tried again, and a gap at the last try: %s',
    async (_what, failure, words) => {
      const fake = await fakePagerDuty([anAlert(TEXT)]);
      const { complete, clock } = completing(fake.url, { timeoutMs: 200 });
      fake.failNext(failure, failure);
      await expect(complete(triggered(), trying(1))).rejects.toThrow(PagerDutyFailure);
      clock.time += 5_000;
      expect(gapsOf(await complete(triggered(), trying(LAST_TRY)))).toContain(words);
    },
  );

  it('is over when it answers again', async () => {
    const fake = await fakePagerDuty([anAlert(TEXT)]);
    const { complete, clock } = completing(fake.url);
    fake.failNext({ kind: 'reset' });
    await expect(complete(triggered(), trying(1))).rejects.toThrow(PagerDutyFailure);
    clock.time += 5_000;
    expect((await complete(triggered(), trying(2))).alerts).toHaveLength(2);
  });

  it('makes nobody else wait for it: for 5 s it is not asked again', async () => {
    const fake = await fakePagerDuty([anAlert(TEXT)]);
    const { complete, clock } = completing(fake.url);
    fake.failNext({ kind: 'reset' });
    await expect(complete(triggered(), trying(1))).rejects.toThrow(PagerDutyFailure);
    clock.time += 4_999;
    await expect(complete(triggered(), trying(1))).rejects.toThrow(PagerDutyFailure);
    expect(gapsOf(await complete(triggered(), trying(LAST_TRY)))).toContain('cannot be reached');
    expect(fake.requests).toHaveLength(1);
    clock.time += 1;
    expect(await complete(triggered(), trying(1))).not.toHaveProperty('gaps');
  });
});

it('comes back when the limit on requests begins anew, as PagerDuty says', async () => {
  const fake = await fakePagerDuty([], { requests: 0 });
  const { complete } = completing(fake.url);
  const failure = await complete(triggered(), trying(1)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RetryLater);
  expect(failure).toMatchObject({ afterMs: RESET_SECONDS * 1000 });
});

it('does not come back at once when the limit begins anew within the second', async () => {
  const fake = await fakePagerDuty([]);
  const { complete } = completing(fake.url);
  const headers = { 'ratelimit-reset': '0' };
  fake.failNext({ kind: 'reply', reply: { status: 429, body: '', headers } });
  await expect(complete(triggered(), trying(1))).rejects.toMatchObject({ afterMs: 1_000 });
});

it('gives up at once when its job is cancelled', async () => {
  const fake = await fakePagerDuty([]);
  fake.failNext({ kind: 'hang' });
  const cancelled = new AbortController();
  const asked = fake.nextRequest();
  const completed = completing(fake.url).complete(triggered(), trying(1, cancelled.signal));
  await asked;
  cancelled.abort(new Error('the lock on the job was lost'));
  await expect(completed).rejects.toThrow('the lock on the job was lost');
});

describe('the probe of whose notes they are', () => {
  const probing = async (from: string, token = TOKEN) => {
    const fake = await fakePagerDuty([], { users: ['bot@shop.example'] });
    const client = createPagerDutyClient({ url: fake.url, token });
    return client.probeAuthor(from, AbortSignal.timeout(10_000));
  };

  it('finds the user, however the address is written', async () => {
    expect(await probing('bot@shop.example')).toMatchObject({ ok: true, advice: null });
  });

  it('says when the account has no such user, and when it cannot be asked', async () => {
    expect(await probing('not-a-bot@shop.example')).toMatchObject({
      ok: false,
      advice: expect.stringContaining('PAGERDUTY_FROM'),
    });
    expect(await probing('bot@shop.example', 'wrong')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('HTTP 401'),
    });
  });
});

describe('the probe of doctor', () => {
  const signal = AbortSignal.timeout(10_000);

  it('reads one incident', async () => {
    const fake = await fakePagerDuty([]);
    const client = createPagerDutyClient({ url: fake.url, token: TOKEN });
    expect(await client.probe(signal)).toMatchObject({ ok: true, detail: 'incidents can be read' });
    expect(fake.requests).toMatchObject([{ method: 'GET', path: '/incidents' }]);
  });

  it('says why it could not, and what to check', async () => {
    const fake = await fakePagerDuty([]);
    const client = createPagerDutyClient({ url: fake.url, token: 'wrong' });
    expect(await client.probe(signal)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('HTTP 401'),
      advice: 'check PAGERDUTY_API_TOKEN and PAGERDUTY_API_URL',
    });
  });
});
