import type { RunSummary, Store } from '../store/store.ts';
import type { IncidentView } from './view.ts';

type ViewStore = Pick<Store, 'incident' | 'notices' | 'runs' | 'members' | 'evidenceLines'>;

/** Reads all that a thread or a page shows of an incident. Null when there is no such incident. */
export async function loadView(
  store: ViewStore,
  incidentId: string,
  disclaimer: string | null,
): Promise<IncidentView | null> {
  const incident = await store.incident(incidentId);
  if (incident === null) return null;
  const [told, runs] = await Promise.all([store.notices(incidentId), store.runs(incidentId)]);
  const run = runs[0] ?? null;
  return {
    incident,
    runId: run?.id ?? null,
    ...(await shownOf(store, run)),
    ...told,
    report: run?.report ?? null,
    disclaimer,
  };
}

/** How far the run has come, which an incident that shares another's shows no detail of: the other's thread does. */
async function shownOf(
  store: ViewStore,
  run: RunSummary | null,
): Promise<Pick<IncidentView, 'state' | 'progress' | 'evidence' | 'leader' | 'members'>> {
  if (run === null) {
    return { state: 'queued', progress: [], evidence: [], leader: null, members: [] };
  }
  const { id, state, progress, leader } = run;
  if (leader !== null) {
    const shown = state === 'concluded' ? state : 'queued';
    return { state: shown, progress: [], evidence: [], leader, members: [] };
  }
  const [evidence, members] = await Promise.all([store.evidenceLines(id), store.members(id)]);
  return { state, progress, evidence, leader, members };
}
