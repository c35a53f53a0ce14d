import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/alert/alert.ts';
import { createAlertmanagerClient } from '../../src/alertmanager/client.ts';
import { createRedactor } from '../../src/evidence/redact.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { isSilenced } from '../../src/incident/silence.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createPagerDutyClient } from '../../src/pagerduty/client.ts';
import type { Store } from '../../src/store/store.ts';
import { decode } from '../../webhooks/sources/alertmanager/decode.ts';
import { createIntake } from '../../workers/intake.ts';
import { createReconcile, type ReconcileSources } from '../../workers/reconcile.ts';
import { findMonitoring, type Running, startAlertmanager } from '../e2e/monitoring.ts';
import { type HttpFake, startHttpFake } from '../fakes/http-fake.ts';
import { type FakePagerDuty, startFakePagerDuty } from '../fakes/pagerduty.ts';
import { findBackend, type Place, silent } from '../services/backends.ts';
import { scratchDirectory } from '../services/scratch.ts';
import { aTry } from './job.ts';
import { MemoryQueue } from './memory-queue.ts';

const LATE_MS = 180_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let place: Place;
let store: Store;
beforeEach(async () => {
  place = await findBackend('embedded').prepare();
  store = await place.openStore();
});
afterEach(() => place.close());

/** What a worker that reconciles does, and what becomes of it; the time goes on as the test says. */
function reconciling(sources: Partial<ReconcileSources>) {
  let shift = 0;
  const queue = new MemoryQueue();
  const found: string[] = [];
  const reconcile = createReconcile({
    alertmanagers: [],
    pagerduty: null,
    lateAfterMs: LATE_MS,
    ...sources,
    store,
    queue,
    requestSync: async () => {},
    onFound: (source, status) => found.push(`${source} ${status}`),
    clock: { now: () => new Date(Date.now() + shift) },
    log: silent,
  });
  const intake = createIntake({
    store,
    queue: new MemoryQueue(),
    complete: async ({ lacks: _lacks, ...delivery }) => delivery,
    followUpMs: 0,
    gathering: { windowMs: 0, crowd: 10 },
    clock: systemClock,
    environmentOf: () => 'default',
    requestSync: async () => {},
    redact: createRedactor('a key'),
    log: silent,
  });
  return {
    found,
    pass: (ms: number) => {
      shift += ms;
    },
    /** One look, with all that it asks for carried out. */
    async look() {
      await reconcile(new AbortController().signal);
      for (const { payload } of queue.added.splice(0)) {
        if ('delivery' in payload) await intake(payload, aTry());
      }
    },
    deliver: (delivery: Delivery) => intake({ version: 1, delivery }, aTry()),
  };
}

async function theOnly(): Promise<Incident> {
  const [incident, ...more] = await store.incidents({ limit: 9, before: null });
  if (incident === undefined || more.length > 0) throw new Error('there is not one incident');
  return incident;
}

const binaries = findMonitoring();

describe.skipIf(binaries === null)('behind a real Alertmanager whose webhooks are lost', () => {
  let alertmanager: Running;
  let receiver: HttpFake;
  let cleanUp: () => Promise<void>;

  beforeAll(async () => {
    const { dir, remove } = await scratchDirectory();
    receiver = await startHttpFake(() => ({ status: 200, body: 'and lost' }));
    const webhook = { url: `${receiver.url}/`, token: 'a-token' };
    alertmanager = await startAlertmanager(binaries?.alertmanager ?? '', { dir, webhook });
    cleanUp = async () => {
      await Promise.all([alertmanager.stop(), receiver.close()]);
      await remove();
    };
  });
  afterAll(() => cleanUp());

  async function post(path: string, body: object): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${alertmanager.url}${path}`, sent);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }

  const startsAt = new Date(Date.now() - 10 * MINUTE_MS).toISOString();
  const fire = (alertname: string, endsAt?: string) =>
    post('/api/v2/alerts', [
      { labels: { alertname, namespace: 'shop', severity: 'critical' }, startsAt, endsAt },
    ]);

  function watching(receivers = ['probable-cause']) {
    const options = { url: alertmanager.url, headers: {}, receivers };
    return reconciling({ alertmanagers: [createAlertmanagerClient(options)] });
  }

  it('finds what fires, once, and a webhook that comes late is one more of the same group', async () => {
    const arrived = receiver.nextRequest();
    await fire('Say "lost" \\漢');
    const lost = await arrived;
    const { look, found, deliver } = watching();
    await look();
    await look();
    expect(found).toEqual(['alertmanager firing']);
    const incident = await theOnly();
    expect(incident).toMatchObject({ status: 'open', origin: { receiver: 'probable-cause' } });

    const receipt = { id: crypto.randomUUID(), receivedAt: new Date().toISOString() };
    await deliver(decode(JSON.parse(lost.body), receipt));
    const { id, alerts } = await theOnly();
    expect(id).toBe(incident.id);
    expect(Object.keys(alerts)).toEqual(Object.keys(incident.alerts));
  });

  it('leaves what goes to other receivers alone', async () => {
    await fire('Elsewhere');
    const { look, found } = watching(['somebody-else']);
    await look();
    expect(found).toEqual([]);
  });

  it('does not tell again of what fires for longer than incidents are looked at', async () => {
    await fire('Old');
    const { look, found, pass } = watching();
    const old = async () => {
      const incidents = await store.incidents({ limit: 9, before: null });
      return incidents.find(({ labels }) => labels.alertname === 'Old');
    };
    await look();
    const before = await old();
    const told = found.length;
    pass(15 * DAY_MS);
    await look();
    expect(before?.status).toBe('open');
    expect(await old()).toEqual(before);
    expect(found).toHaveLength(told);
  });

  it('tells what a silence suppresses, once, and does not open what is suppressed', async () => {
    await fire('Silenced');
    const only = async (look: () => Promise<void>) => {
      await look();
      const incidents = await store.incidents({ limit: 9, before: null });
      return incidents.find(({ labels }) => labels.alertname === 'Silenced')?.id ?? '';
    };
    const { look } = watching();
    const id = await only(look);
    const now = Date.now();
    await post('/api/v2/silences', {
      matchers: [{ name: 'alertname', value: 'Silenced', isRegex: false, isEqual: true }],
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + 10 * MINUTE_MS).toISOString(),
      createdBy: 'a person',
      comment: 'maintenance',
    });
    await look();
    await look();
    const { notices } = await store.notices(id);
    expect(notices).toMatchObject([
      { kind: 'silence', summary: expect.stringMatching(/by silence /) },
    ]);
    expect(isSilenced(notices)).toBe(true);

    await place.close();
    place = await findBackend('embedded').prepare();
    store = await place.openStore();
    expect(await only(watching().look)).toBe('');
  });

  it('resolves what fires no more, once that has lasted', async () => {
    await fire('Over');
    const { look, found, pass } = watching();
    const over = async () => {
      const incidents = await store.incidents({ limit: 9, before: null });
      return incidents.find(({ labels }) => labels.alertname === 'Over')?.status;
    };
    await look();
    expect(await over()).toBe('open');
    await fire('Over', new Date(Date.now() - 1_000).toISOString());
    await look();
    expect(await over()).toBe('open');
    pass(LATE_MS + 1_000);
    await look();
    expect(await over()).toBe('resolved');
    expect(found).toContain('alertmanager resolved');
  });

  it('resolves nothing while one of the Alertmanagers does not answer', async () => {
    await fire('Unsure');
    const away = { url: 'http://127.0.0.1:9', headers: {}, receivers: ['probable-cause'] };
    const here = { ...away, url: alertmanager.url };
    const { look, found, pass } = reconciling({
      alertmanagers: [createAlertmanagerClient(here), createAlertmanagerClient(away)],
    });
    await expect(look()).rejects.toThrow('Alertmanager cannot be reached');
    expect(found).toContain('alertmanager firing');
    await fire('Unsure', new Date(Date.now() - 1_000).toISOString());
    pass(LATE_MS + 1_000);
    await expect(look()).rejects.toThrow();
    expect(found).not.toContain('alertmanager resolved');
  });
});

describe('with PagerDuty', () => {
  const listed: { id: string; status: string; service: { id: string }; created_at: string }[] = [];
  let pagerduty: FakePagerDuty;
  beforeEach(async () => {
    const created_at = new Date(Date.now() - 10 * MINUTE_MS).toISOString();
    listed.splice(0);
    for (const service of ['PSHOP', 'POTHER']) {
      listed.push({
        id: `P-${service}`,
        status: 'triggered',
        service: { id: service },
        created_at,
      });
    }
    pagerduty = await startFakePagerDuty({ incidents: {}, listed });
  });
  afterEach(() => pagerduty.close());

  function watching() {
    const client = createPagerDutyClient({ url: pagerduty.url, token: 'pd-token' });
    return reconciling({ pagerduty: { client, services: ['PSHOP'] } });
  }

  it('finds the incidents of the services, once, and their end', async () => {
    const { look, found, pass } = watching();
    await look();
    await look();
    expect(found).toEqual(['pagerduty firing']);
    expect((await theOnly()).origin).toMatchObject({ source: 'pagerduty', groupKey: 'P-PSHOP' });
    for (const incident of listed) incident.status = 'resolved';
    await look();
    pass(LATE_MS + 1_000);
    await look();
    expect((await theOnly()).status).toBe('resolved');
  });

  it('does not tell again of what fires for longer than incidents are looked at', async () => {
    const { look, found, pass } = watching();
    await look();
    const before = (await theOnly()).lastDelivery;
    pass(15 * DAY_MS);
    await look();
    expect(found).toEqual(['pagerduty firing']);
    expect((await theOnly()).lastDelivery).toEqual(before);
  });

  it('does not take an incident for over that only went to another service', async () => {
    const { look, found, pass } = watching();
    await look();
    for (const incident of listed) incident.service = { id: 'POTHER' };
    await look();
    pass(LATE_MS + 1_000);
    await look();
    expect(found).toEqual(['pagerduty firing']);
    expect((await theOnly()).status).toBe('open');
  });
});
