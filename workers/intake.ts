import type { LabelSet } from '../src/alert/alert.ts';
import { redactDelivery } from '../src/alert/redact-delivery.ts';
import { investigationWindow } from '../src/alert/window.ts';
import type { Redact } from '../src/evidence/redact.ts';
import { applyDelivery } from '../src/incident/apply.ts';
import { firstRunIdOf, groupIdOf, laterRunIdOf } from '../src/incident/identity.ts';
import type { DecidedDelivery } from '../src/incident/incident.ts';
import type { Logger } from '../src/lib/log.ts';
import type { JobHandler, Queue } from '../src/queue/queue.ts';
import type { Store } from '../src/store/store.ts';
import type { RequestSync } from './deliver.ts';

export interface IntakeDeps {
  store: Pick<Store, 'record' | 'incident' | 'ensureRun' | 'runs'>;
  queue: Pick<Queue, 'add'>;
  environmentOf: (labels: LabelSet) => string;
  requestSync: RequestSync;
  /** Labels and annotations come from outside, and go to the model and into the thread. */
  redact: Redact;
  log: Logger;
}

/**
 * Turns a delivery into a decision and asks for what follows from it. A job that comes again, because its
 * worker died before the end, finds the decision made and asks for the same jobs under the same ids.
 */
export function createIntake(deps: IntakeDeps): JobHandler<'intake'> {
  return async ({ delivery: received }) => {
    const groupId = groupIdOf(received);
    const delivery = redactDelivery(received, deps.redact);
    const decided = await deps.store.record(groupId, delivery, (latest, early) =>
      applyDelivery(latest, delivery, groupId, deps.environmentOf, early),
    );
    const { decision, incidentId } = decided;
    deps.log.info({ delivery: delivery.id, incident: incidentId, ...decision }, 'delivery decided');
    if (incidentId === null) return;
    if (decision.kind === 'open' || decision.kind === 'escalate') {
      await requestInvestigation(incidentId, decided, deps);
    }
    await deps.requestSync(incidentId);
  };
}

async function requestInvestigation(
  incidentId: string,
  { delivery, decision }: DecidedDelivery,
  { store, queue }: IntakeDeps,
): Promise<void> {
  const incident = await store.incident(incidentId);
  if (incident === null) throw new Error(`incident ${incidentId} was decided on but is not stored`);
  const opens = decision.kind === 'open';
  const id = opens ? firstRunIdOf(incidentId) : laterRunIdOf(incidentId, delivery.id);
  const runs = await store.runs(incidentId);
  // One that has not begun will see what this delivery brought.
  if (runs.some((run) => run.state === 'queued' && run.id !== id)) return;
  const window = investigationWindow(incident.startedAt, delivery.receivedAt);
  const run = await store.ensureRun({ id, incidentId, window });
  if (run.state === 'concluded') return;
  await queue.add('investigate', { version: 1, incidentId, runId: run.id }, { id: run.id });
}
