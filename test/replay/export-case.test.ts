import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyDelivery } from '../../src/incident/apply.ts';
import { NO_MEMBERS } from '../../src/incident/gather-of.ts';
import { firstRunIdOf, groupIdOf } from '../../src/incident/identity.ts';
import type { DecidedDelivery, Incident } from '../../src/incident/incident.ts';
import type { Case } from '../../src/replay/case.ts';
import { readCase, writeCase } from '../../src/replay/case-file.ts';
import { exportCase } from '../../src/replay/export-case.ts';
import type { Run } from '../../src/store/store.ts';
import { SHIPPED_CASES } from '../scenarios/shipped.ts';
import { replay, withoutWallTime } from './replay.ts';

type ExportStore = Parameters<typeof exportCase>[0];

interface Stored {
  incident: Incident;
  deliveries: DecidedDelivery[];
  runs: Run[];
}

/** What the store holds after the case was a live incident. */
function storedAfter({
  deliveries: [delivery],
  environment,
  window,
  tools,
  versions,
  report,
}: Case): Stored {
  if (delivery === undefined) throw new Error('the case holds no delivery');
  const { incident, decision } = applyDelivery(
    null,
    delivery,
    groupIdOf(delivery),
    () => environment,
  );
  if (incident === null) throw new Error('the delivery opens no incident');
  const run: Run = {
    id: firstRunIdOf(incident.id),
    incidentId: incident.id,
    leader: null,
    members: NO_MEMBERS,
    state: 'concluded',
    window,
    incident,
    progress: [],
    report,
    withheld: null,
    tools,
    versions,
    startedAt: window.to,
    concludedAt: window.to,
  };
  return { incident, deliveries: [{ delivery, decision, incidentId: incident.id }], runs: [run] };
}

function storeOf({ incident, deliveries, runs }: Stored, { calls, turns }: Case): ExportStore {
  const of = <T>(id: string, known: string | undefined, value: T[]) => (id === known ? value : []);
  return {
    incident: async (id) => (id === incident.id ? incident : null),
    deliveries: async (id) => of(id, incident.id, deliveries),
    runs: async (id) => of(id, incident.id, runs),
    run: async (id) => runs.find((run) => run.id === id) ?? null,
    evidence: async (id) => of(id, runs[0]?.id, calls),
    turns: async (id) => of(id, runs[0]?.id, turns),
  };
}

const shipped = () => readCase(join(SHIPPED_CASES, 'database-connections'));

describe('exporting an incident as a case', () => {
  it('gives a case that replays to the same report, also after it was written and read', async () => {
    const recorded = await shipped();
    const stored = storedAfter(recorded);
    const exported = await exportCase(storeOf(stored, recorded), stored.incident.id);
    const folder = await mkdtemp(join(tmpdir(), 'probable-cause-export-'));
    try {
      await writeCase(folder, exported);
      const { view, notRecorded } = await replay(await readCase(folder));
      expect(withoutWallTime(view.report)).toEqual(withoutWallTime(recorded.report));
      expect(notRecorded).toBe(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is named after the incident and says where it comes from', async () => {
    const recorded = await shipped();
    const stored = storedAfter(recorded);
    const exported = await exportCase(storeOf(stored, recorded), stored.incident.id);
    expect(exported).toEqual({
      ...recorded,
      id: stored.incident.id,
      title: 'HTTPServerErrorsHigh · orders/orders-api',
      origin: 'Recorded by Probable Cause.',
    });
  });

  it("calls the turns a model's unless the run says that a person wrote them", async () => {
    const recorded = await shipped();
    const stored = storedAfter({ ...recorded, versions: { model: 'claude-sonnet-5-5' } });
    const exported = await exportCase(storeOf(stored, recorded), stored.incident.id);
    expect(exported.turnsBy).toBe('model');
  });

  it('takes every delivery that had arrived when the investigation began, and none that came later', async () => {
    const recorded = await shipped();
    const stored = storedAfter(recorded);
    const [opening] = recorded.deliveries;
    const [run] = stored.runs;
    if (opening === undefined || run?.startedAt == null) throw new Error('nothing was stored');
    const arrived = (id: string, receivedAt: string): DecidedDelivery => ({
      delivery: { ...opening, id, receivedAt },
      decision: { kind: 'join', reason: 'new-alerts' },
      incidentId: stored.incident.id,
    });
    const later = new Date(Date.parse(run.startedAt) + 1).toISOString();
    const deliveries = [
      ...stored.deliveries,
      arrived('d-before', run.startedAt),
      arrived('d-after', later),
    ];
    const exported = await exportCase(
      storeOf({ ...stored, deliveries }, recorded),
      stored.incident.id,
    );
    expect(exported.deliveries.map((item) => item.id)).toEqual([opening.id, 'd-before']);
  });

  it('refuses an incident that there is not, and one that was never investigated', async () => {
    const recorded = await shipped();
    const stored = storedAfter(recorded);
    await expect(exportCase(storeOf(stored, recorded), 'inc-none')).rejects.toThrow(
      'there is no incident "inc-none". "replay list" names those there are.',
    );
    const store = storeOf({ ...stored, runs: [] }, recorded);
    await expect(exportCase(store, stored.incident.id)).rejects.toThrow(
      `incident ${stored.incident.id} was not investigated: there is nothing to replay`,
    );
  });
});
