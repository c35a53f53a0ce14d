import type { Store } from '../store/store.ts';
import type { Case } from './case.ts';
import { CaseError } from './case-file.ts';

type ExportStore = Pick<Store, 'incident' | 'deliveries' | 'run' | 'runs' | 'evidence' | 'turns'>;

/**
 * Makes a case of an incident's latest investigation.
 * @throws CaseError when there is no such incident, or nothing was investigated yet.
 */
export async function exportCase(store: ExportStore, incidentId: string): Promise<Case> {
  const incident = await store.incident(incidentId);
  if (incident === null) {
    throw new CaseError(
      `there is no incident ${JSON.stringify(incidentId)}. "replay list" names those there are.`,
    );
  }
  const [deliveries, runs] = await Promise.all([
    store.deliveries(incidentId),
    store.runs(incidentId),
  ]);
  const run = runs[0];
  if (run !== undefined && run.leader !== null) {
    throw new CaseError(
      `incident ${incidentId} shares the investigation of ${run.leader.incidentId}: export that one`,
    );
  }
  const startedAt = run?.startedAt ?? null;
  if (run === undefined || startedAt === null) {
    throw new CaseError(`incident ${incidentId} was not investigated: there is nothing to replay`);
  }
  const known = deliveries
    .map(({ delivery }) => delivery)
    .filter((delivery) => Date.parse(delivery.receivedAt) <= Date.parse(startedAt));
  const [whole, calls, turns] = await Promise.all([
    store.run(run.id),
    store.evidence(run.id),
    store.turns(run.id),
  ]);
  return {
    format: 'probable-cause/case',
    version: 1,
    id: incident.id,
    title: incident.title,
    turnsBy: run.versions.turnsBy === 'hand' ? 'hand' : 'model',
    origin: 'Recorded by Probable Cause.',
    deliveries: known,
    environment: incident.environment,
    window: run.window,
    ...(run.members.total === 0 ? {} : { members: run.members }),
    tools: whole?.tools ?? [],
    calls,
    turns,
    report: run.report,
    versions: run.versions,
  };
}
