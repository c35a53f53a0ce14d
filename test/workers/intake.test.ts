import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/alert/alert.ts';
import { createRedactor } from '../../src/evidence/redact.ts';
import { QueueUnavailable, RetryLater } from '../../src/queue/queue.ts';
import type { Store } from '../../src/store/store.ts';
import { createRequestSync } from '../../workers/deliver.ts';
import { createIntake } from '../../workers/intake.ts';
import { findBackend, type Place, silent } from '../services/backends.ts';
import { AT, aDelivery, aReport } from '../store/samples.ts';
import { aTry } from './job.ts';
import { memoryChannel } from './memory-channel.ts';
import { MemoryQueue } from './memory-queue.ts';

let place: Place;
let store: Store;
let queue: MemoryQueue;

beforeAll(async () => {
  place = await findBackend('embedded').prepare();
  store = await place.openStore();
});
afterAll(() => place.close());
beforeEach(() => {
  queue = new MemoryQueue();
});

/** One try of the job, by a worker that has just started: with a key of its own for what it redacts. */
async function take(
  delivery: Delivery,
  complete: (given: Delivery) => Promise<Delivery> = async (given) => given,
): Promise<void> {
  const intake = createIntake({
    store,
    queue,
    complete,
    environmentOf: ({ namespace }) => `cluster of ${namespace}`,
    followUpMs: 300_000,
    gathering: { windowMs: 0, crowd: 10 },
    clock: { now: () => new Date(AT) },
    requestSync: createRequestSync(queue, [memoryChannel('slack').channel]),
    redact: createRedactor(randomUUID()),
    log: silent,
  });
  await intake({ version: 1, delivery }, aTry());
}

/** A delivery of a group of its own. */
function delivery(change: Partial<Delivery> = {}): Delivery {
  return aDelivery({ groupKey: randomUUID(), ...change });
}

/** The incident that the queue was told of, and the only one. */
async function onlyIncident() {
  const ids = new Set(
    queue.added.flatMap(({ payload }) => ('incidentId' in payload ? [payload.incidentId] : [])),
  );
  expect(ids.size).toBe(1);
  const [id = ''] = ids;
  return { id, incident: await store.incident(id), runs: await store.runs(id) };
}

describe('a delivery that opens an incident', () => {
  it('asks for one investigation, and for the thread of each channel', async () => {
    await take(delivery());
    const { id, incident, runs } = await onlyIncident();
    expect(incident).toMatchObject({ status: 'open', environment: 'cluster of shop' });
    expect(runs).toMatchObject([
      { id: `${id}-r1`, state: 'queued', window: { to: AT, from: '2026-11-21T02:12:00.000Z' } },
    ]);
    expect(queue.added).toEqual([
      {
        kind: 'investigate',
        payload: { version: 1, incidentId: id, runId: `${id}-r1` },
        id: `${id}-r1`,
      },
      {
        kind: 'deliver',
        payload: { version: 1, incidentId: id, channel: 'slack' },
        collapse: `${id}/slack`,
      },
    ]);
  });

  it('belongs to the environment that the labels of its route name, unless its alerts say otherwise', async () => {
    const routeLabels = { namespace: 'of the route', team: 'shop' };
    await take(delivery({ commonLabels: {}, groupLabels: {}, routeLabels }));
    expect((await onlyIncident()).incident).toMatchObject({
      environment: 'cluster of of the route',
      labels: { team: 'shop' },
    });
    queue = new MemoryQueue();
    await take(delivery({ routeLabels }));
    expect((await onlyIncident()).incident).toMatchObject({ environment: 'cluster of shop' });
  });

  it('asks for the same jobs under the same ids when its own job comes twice', async () => {
    const twice = delivery();
    await take(twice);
    const asked = [...queue.added];
    await take(twice);
    expect(queue.added).toEqual([...asked, ...asked]);
    const { id, runs } = await onlyIncident();
    expect(runs).toHaveLength(1);
    expect(await store.deliveries(id)).toHaveLength(1);
  });

  it('is repaired by the next try when the worker dies after it was recorded', async () => {
    const opening = delivery();
    queue.failNext('investigate', new QueueUnavailable('gone'));
    await expect(take(opening)).rejects.toThrow(QueueUnavailable);
    expect(queue.added).toEqual([]);
    await take(opening);
    const { id, runs } = await onlyIncident();
    expect(runs).toHaveLength(1);
    expect(queue.of('investigate').map((job) => job.id)).toEqual([`${id}-r1`]);
    expect(queue.of('deliver')).toHaveLength(1);
  });

  it('does not investigate again what was concluded before its job came a second time', async () => {
    const twice = delivery();
    await take(twice);
    const { id } = await onlyIncident();
    await store.concludeRun(`${id}-r1`, aReport({ incidentId: id, runId: `${id}-r1` }), AT);
    await take(twice);
    expect(queue.of('investigate')).toHaveLength(1);
    expect(queue.of('deliver')).toHaveLength(2);
  });

  it('is stored without the secrets that a rule put into its annotations', async () => {
    const [alert] = aDelivery().alerts;
    if (alert === undefined) throw new Error('the sample has no alert');
    const annotations = { description: 'postgres://orders:hunter2-secret@db/orders' };
    await take(delivery({ commonAnnotations: annotations, alerts: [{ ...alert, annotations }] }));
    const { id, incident } = await onlyIncident();
    const stored = JSON.stringify([incident, await store.deliveries(id)]);
    expect(stored).toContain('postgres://orders:[REDACTED:password:');
    expect(stored).not.toContain('hunter2-secret');
  });
});

describe('a delivery that lacks something', () => {
  it('is decided on once it is complete, and redacted as a whole', async () => {
    const { alerts } = aDelivery();
    const annotations = { dsn: 'postgres://orders:hunter2-secret@db/orders' };
    const commonLabels = { alertname: 'Found', namespace: 'found' };
    await take(delivery({ lacks: 'alerts', commonLabels: {}, groupLabels: {} }), async (given) => ({
      ...given,
      commonLabels,
      alerts: alerts.map((alert) => ({ ...alert, annotations })),
    }));
    const { incident } = await onlyIncident();
    expect(incident).toMatchObject({ environment: 'cluster of found', title: 'Found · found' });
    expect(JSON.stringify(incident)).not.toContain('hunter2-secret');
  });

  it('is not decided on while another try may complete it', async () => {
    const lacking = delivery({ lacks: 'alerts' });
    await expect(
      take(lacking, () => Promise.reject(new RetryLater('later', 7_000))),
    ).rejects.toThrow(RetryLater);
    expect(queue.added).toEqual([]);
    await take(lacking);
    expect(queue.of('investigate')).toHaveLength(1);
  });
});

describe('a delivery of an open incident whose severity rises', () => {
  it('asks for a second investigation in the same thread', async () => {
    const groupKey = randomUUID();
    await take(delivery({ groupKey }));
    const { id } = await onlyIncident();
    await store.concludeRun(`${id}-r1`, aReport({ incidentId: id, runId: `${id}-r1` }), AT);
    await take(worse(groupKey));
    const { incident, runs } = await onlyIncident();
    expect(incident).toMatchObject({ status: 'open', severity: 'critical' });
    expect(runs).toMatchObject([{ state: 'queued' }, { id: `${id}-r1`, state: 'concluded' }]);
    expect(queue.of('investigate').map((job) => job.id)).toEqual([`${id}-r1`, runs[0]?.id]);
    expect((await store.notices(id)).notices).toMatchObject([
      { kind: 'escalate', reason: 'severity-rose' },
    ]);
  });

  it('asks for none while the first one waits, which will see it all', async () => {
    const groupKey = randomUUID();
    await take(delivery({ groupKey }));
    await take(worse(groupKey));
    expect((await onlyIncident()).runs).toHaveLength(1);
    expect(queue.of('investigate')).toHaveLength(1);
  });

  function worse(groupKey: string): Delivery {
    const receivedAt = '2026-11-21T03:20:00.000Z';
    const alerts = aDelivery().alerts.map((alert) => ({
      ...alert,
      fingerprint: 'f2',
      labels: { ...alert.labels, severity: 'critical' },
    }));
    return delivery({ groupKey, receivedAt, alerts });
  }
});

describe('a resolution that is decided before its firing', () => {
  it('is remembered, so that the incident is over when it is opened', async () => {
    const groupKey = randomUUID();
    const endsAt = '2026-11-21T03:19:00.000Z';
    const alerts = aDelivery().alerts.map((alert) => ({
      ...alert,
      status: 'resolved' as const,
      endsAt,
    }));
    const receivedAt = '2026-11-21T03:20:00.000Z';
    await take(delivery({ groupKey, receivedAt, status: 'resolved', alerts }));
    await take(delivery({ groupKey }));
    const { incident } = await onlyIncident();
    expect(incident).toMatchObject({ status: 'resolved', resolvedAt: endsAt });
  });
});

describe('a delivery that opens none', () => {
  it('asks for nothing when what it resolves was never seen', async () => {
    await take(delivery({ status: 'resolved', alerts: resolved() }));
    expect(queue.added).toEqual([]);
  });

  it('asks for a second look without a model when it fires again', async () => {
    const groupKey = randomUUID();
    await take(delivery({ groupKey }));
    const repeated = delivery({ groupKey, receivedAt: '2026-11-21T07:12:00.000Z' });
    await take(repeated);
    const { id } = await onlyIncident();
    expect(queue.of('investigate')).toHaveLength(1);
    expect(queue.of('recheck')).toEqual([
      {
        kind: 'recheck',
        payload: { version: 1, incidentId: id, deliveryId: repeated.id, after: 're-fire' },
        id: `recheck/${repeated.id}`,
      },
    ]);
  });

  it('asks for the thread in a while when alerts join, so that those of a storm are shown together', async () => {
    const groupKey = randomUUID();
    await take(delivery({ groupKey }));
    const before = queue.added.length;
    const more = aDelivery().alerts.map((alert) => ({ ...alert, fingerprint: 'f2' }));
    await take(delivery({ groupKey, alerts: more }));
    const { id } = await onlyIncident();
    expect(queue.added.slice(before)).toEqual([
      {
        kind: 'deliver',
        payload: { version: 1, incidentId: id, channel: 'slack' },
        collapse: `${id}/slack`,
        delayMs: 2_000,
      },
    ]);
  });

  it('asks for the thread, and for a look some minutes later, when it resolves an incident', async () => {
    const groupKey = randomUUID();
    await take(delivery({ groupKey }));
    const before = queue.added.length;
    const receivedAt = '2026-11-21T03:20:00.000Z';
    await take(delivery({ groupKey, receivedAt, status: 'resolved', alerts: resolved() }));
    expect(queue.added.slice(before)).toMatchObject([
      { kind: 'recheck', payload: { after: 'resolution' }, delayMs: 300_000 },
      { kind: 'deliver' },
    ]);
    expect((await onlyIncident()).incident).toMatchObject({
      status: 'resolved',
      // When the alert ended, not when we were told.
      resolvedAt: '2026-11-21T03:19:00.000Z',
    });
  });

  function resolved() {
    const endsAt = '2026-11-21T03:19:00.000Z';
    return aDelivery().alerts.map((alert) => ({ ...alert, status: 'resolved' as const, endsAt }));
  }
});
