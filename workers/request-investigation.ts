import { investigationWindow } from '../src/alert/window.ts';
import type { Queue } from '../src/queue/queue.ts';
import type { Store } from '../src/store/store.ts';

interface RequestDeps {
  store: Pick<Store, 'incident' | 'ensureRun' | 'runs'>;
  queue: Pick<Queue, 'add'>;
}

/**
 * Asks for an investigation under the given id, unless another one of the incident waits: that one will see what
 * made this be asked for. Asking twice asks for the same job.
 * @param until When the window that it asks about ends.
 */
export async function requestInvestigation(
  { incidentId, id, until }: { incidentId: string; id: string; until: string },
  { store, queue }: RequestDeps,
): Promise<void> {
  const incident = await store.incident(incidentId);
  if (incident === null) throw new Error(`incident ${incidentId} was decided on but is not stored`);
  const runs = await store.runs(incidentId);
  if (runs.some((run) => run.state === 'queued' && run.id !== id)) return;
  const window = investigationWindow(incident.startedAt, until);
  const run = await store.ensureRun({ id, incidentId, window });
  if (run.state === 'concluded') return;
  await queue.add('investigate', { version: 1, incidentId, runId: run.id }, { id: run.id });
}
