import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gathering } from '../../src/incident/gather-of.ts';
import type { Decision, Incident } from '../../src/incident/incident.ts';
import { outlineOf } from '../../src/incident/outline.ts';
import type { ListedPod } from '../../src/investigation/listed-pods.ts';
import { RetryLater } from '../../src/queue/queue.ts';
import type { Store } from '../../src/store/store.ts';
import type { Change } from '../../src/tools/changes/change.ts';
import { createRecheck } from '../../workers/recheck.ts';
import { killedPod, pod } from '../investigation/pods.ts';
import { ScriptedTools } from '../investigation/scripted.ts';
import { findBackend, type Place, silent } from '../services/backends.ts';
import { AT, aDelivery, anEvidence, anIncident, aReport, WINDOW } from '../store/samples.ts';
import { aTry } from './job.ts';
import { MemoryQueue } from './memory-queue.ts';

const NOW = '2026-11-21T03:50:00.000Z';
const RESOLVED = '2026-11-21T03:45:00.000Z';
const rootCause = {
  failureMode: 'oom-killed' as const,
  object: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  statement: 'checkout goes over its memory limit.',
  confidence: 0.9,
};

let place: Place;
let store: Store;
let queue: MemoryQueue;
let tools: ScriptedTools;

beforeAll(async () => {
  place = await findBackend('embedded').prepare();
  store = await place.openStore();
});
afterAll(() => place.close());
beforeEach(() => {
  queue = new MemoryQueue();
  tools = new ScriptedTools();
});

/** An incident whose investigation saw these pods and blamed checkout. */
async function investigated(before: ListedPod[], concluded = true): Promise<Incident> {
  const incident = anIncident({ groupId: randomUUID() });
  await decide(incident, { kind: 'open', reason: 'first-seen' });
  const runId = await makeRun(incident, { leader: null, members: [] });
  const args = { namespace: 'shop' };
  await store.addEvidence(runId, anEvidence({ args, structured: { pods: before } }));
  if (concluded) await conclude(incident);
  return incident;
}

async function makeRun(incident: Incident, gathering: Gathering): Promise<string> {
  const { id: incidentId, environment, openedAt } = incident;
  const id = `${incidentId}-r1`;
  const outline = outlineOf(incident);
  const share = { environment, openedAt, outline, windowMs: 0, gather: () => gathering };
  await store.ensureRun({ id, incidentId, window: WINDOW, share });
  return id;
}

async function conclude({ id }: Incident): Promise<void> {
  const runId = `${id}-r1`;
  await store.concludeRun(runId, aReport({ runId, rootCause }), AT);
}

async function decide(incident: Incident, decision: Decision, receivedAt = AT): Promise<string> {
  const delivery = aDelivery({ receivedAt });
  await store.record(incident.groupId, delivery, () => ({ decision, incident }));
  return delivery.id;
}

async function recheck(
  incident: Incident,
  deliveryId: string,
  after: 're-fire' | 'resolution',
): Promise<void> {
  const handler = createRecheck({
    store,
    queue,
    toolsOf: async () => tools,
    requestSync: async () => {},
    clock: { now: () => new Date(NOW) },
    log: silent,
  });
  await handler({ version: 1, incidentId: incident.id, deliveryId, after }, aTry());
}

/** What the cluster is like now. */
function thereAre(pods: ListedPod[], changes: Change[] = []): void {
  tools.answers.kubectl_get_pods = { text: '', structured: { pods }, isError: false };
  tools.answers.recent_changes = { text: '', structured: { changes }, isError: false };
}

async function lookedAgain(incident: Incident) {
  const { notices } = await store.notices(incident.id);
  return notices.filter(({ kind }) => kind === 'recheck' || kind === 'follow-up');
}

describe('an incident that fires again', () => {
  it('gets one line on what is new, and no investigation, while the evidence is of one kind', async () => {
    const incident = await investigated([killedPod('checkout', 3)]);
    const delivery = await decide(incident, { kind: 're-fire', reason: 'started-again' }, NOW);
    thereAre([killedPod('checkout', 11)]);
    await recheck(incident, delivery, 're-fire');
    await recheck(incident, delivery, 're-fire');
    expect(await lookedAgain(incident)).toMatchObject([
      {
        reason: 'evidence-as-before',
        summary:
          '2nd time in 24 h, same cause as before (oom-killed · Deployment shop/checkout); new: checkout restarts 3 → 11.',
      },
    ]);
    expect(tools.calls).toContain('kubectl_get_pods {"namespace":"shop"}');
    expect(queue.added).toEqual([]);
  });

  it('is compared with what the investigation saw that it shares', async () => {
    const leader = await investigated([killedPod('checkout', 3)], false);
    const incident = anIncident({ groupId: randomUUID() });
    await decide(incident, { kind: 'open', reason: 'first-seen' });
    await makeRun(incident, {
      leader: { runId: `${leader.id}-r1`, reason: 'shares node' },
      members: [],
    });
    await conclude(leader);
    const delivery = await decide(incident, { kind: 're-fire', reason: 'started-again' }, NOW);
    thereAre([killedPod('checkout', 11)]);
    await recheck(incident, delivery, 're-fire');
    expect(await lookedAgain(incident)).toMatchObject([{ reason: 'evidence-as-before' }]);
    expect(queue.added).toEqual([]);
  });

  it('is investigated again when something else fails', async () => {
    const incident = await investigated([killedPod('checkout', 3)]);
    const delivery = await decide(incident, { kind: 're-fire', reason: 'repeated' }, NOW);
    thereAre([killedPod('checkout', 3), killedPod('cart', 1)]);
    await recheck(incident, delivery, 're-fire');
    expect(await lookedAgain(incident)).toMatchObject([
      { reason: 'evidence-differs', summary: expect.stringMatching(/Investigating again\.$/) },
    ]);
    const [run] = await store.runs(incident.id);
    expect(run).toMatchObject({ state: 'queued', window: { to: NOW } });
    expect(queue.of('investigate').map(({ id }) => id)).toEqual([run?.id]);
  });

  it('takes no list that failed for one without unhealthy pods', async () => {
    const incident = await investigated([killedPod('checkout', 3)]);
    const delivery = await decide(incident, { kind: 're-fire', reason: 'repeated' }, NOW);
    tools.answers.kubectl_get_pods = { text: 'forbidden', structured: null, isError: true };
    await recheck(incident, delivery, 're-fire');
    expect(await lookedAgain(incident)).toMatchObject([{ reason: 'nothing-to-compare' }]);
  });

  it('is investigated when it had resolved before anything was looked at', async () => {
    const incident = anIncident({ groupId: randomUUID() });
    await decide(incident, { kind: 'open', reason: 'first-seen' });
    const id = `${incident.id}-r1`;
    await store.ensureRun({ id, incidentId: incident.id, window: WINDOW });
    const stopped = { limit: 'resolved', detail: 'before the investigation began' } as const;
    await store.concludeRun(id, aReport({ runId: id, stopped }), AT);
    const reopened = { kind: 'reopen', reason: 'back-soon-after-resolution' } as const;
    await recheck(incident, await decide(incident, reopened, NOW), 're-fire');
    expect(queue.of('investigate')).toHaveLength(1);
    expect((await store.runs(incident.id))[0]?.state).toBe('queued');
  });

  it('is left to the investigation that is under way', async () => {
    const incident = await investigated([killedPod('checkout', 3)]);
    await store.ensureRun({ id: randomUUID(), incidentId: incident.id, window: WINDOW });
    const delivery = await decide(incident, { kind: 're-fire', reason: 'repeated' }, NOW);
    await recheck(incident, delivery, 're-fire');
    expect(await lookedAgain(incident)).toEqual([]);
  });
});

describe('an incident that was resolved some minutes ago', () => {
  const rollout: Change = {
    at: '2026-11-21T03:41:00.000Z',
    source: 'cluster',
    kind: 'rollout',
    object: 'Deployment/checkout',
    namespace: 'shop',
    summary: 'memory limit 256Mi → 512Mi',
    details: [],
  };

  async function resolve(incident: Incident): Promise<string> {
    const over: Incident = { ...incident, status: 'resolved', resolvedAt: RESOLVED };
    return decide(over, { kind: 'resolve', reason: 'all-resolved' }, RESOLVED);
  }

  it('is told whether the suspected cause holds', async () => {
    const incident = await investigated([killedPod('checkout', 3)]);
    const delivery = await resolve(incident);
    thereAre([pod('checkout')], [rollout]);
    await recheck(incident, delivery, 'resolution');
    expect(await lookedAgain(incident)).toMatchObject([
      {
        kind: 'follow-up',
        reason: 'cause-gone',
        summary: expect.stringContaining('no longer fails (OOMKilled) since the rollout'),
      },
    ]);
  });

  it('says nothing when it fired again meanwhile', async () => {
    const incident = await investigated([killedPod('checkout', 3)]);
    const delivery = await resolve(incident);
    await decide(incident, { kind: 'reopen', reason: 'fires-on-after-resolution' }, NOW);
    await recheck(incident, delivery, 'resolution');
    expect(await lookedAgain(incident)).toEqual([]);
    expect(tools.calls).toEqual([]);
  });

  it('leaves the word to the later one of two resolutions', async () => {
    const incident = await investigated([killedPod('checkout', 3)]);
    const first = await resolve(incident);
    await decide(incident, { kind: 'reopen', reason: 'fires-on-after-resolution' }, RESOLVED);
    await resolve(incident);
    await recheck(incident, first, 'resolution');
    expect(await lookedAgain(incident)).toEqual([]);
  });

  it('waits for an investigation that is not over', async () => {
    const incident = await investigated([killedPod('checkout', 3)]);
    await store.ensureRun({ id: randomUUID(), incidentId: incident.id, window: WINDOW });
    const delivery = await resolve(incident);
    await expect(recheck(incident, delivery, 'resolution')).rejects.toThrow(RetryLater);
  });
});
