import type { Store } from '../store/store.ts';
import type { IncidentView } from './view.ts';

type ViewStore = Pick<Store, 'incident' | 'notices' | 'runs' | 'evidenceLines'>;

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
    state: run?.state ?? 'queued',
    progress: run?.progress ?? [],
    ...told,
    evidence: run === null ? [] : await store.evidenceLines(run.id),
    report: run?.report ?? null,
    disclaimer,
  };
}
