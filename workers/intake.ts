import type { Delivery, LabelSet } from '../src/alert/alert.ts';
import { redactDelivery } from '../src/alert/redact-delivery.ts';
import { investigationWindow } from '../src/alert/window.ts';
import type { Redact } from '../src/evidence/redact.ts';
import { applyDelivery } from '../src/incident/apply.ts';
import { firstRunIdOf, groupIdOf } from '../src/incident/identity.ts';
import type { DecidedDelivery } from '../src/incident/incident.ts';
import type { Logger } from '../src/lib/log.ts';
import type { JobContext, JobHandler, Queue } from '../src/queue/queue.ts';
import type { Store } from '../src/store/store.ts';
import type { RequestSync } from './deliver.ts';

export interface IntakeDeps {
  store: Pick<Store, 'record' | 'incident' | 'ensureRun'>;
  queue: Pick<Queue, 'add'>;
  /** Puts in what the webhook left out, and may ask for another try. */
  complete: (delivery: Delivery, context: JobContext) => Promise<Delivery>;
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
  return async ({ delivery: received }, context) => {
    const groupId = groupIdOf(received);
    const delivery = redactDelivery(await deps.complete(received, context), deps.redact);
    const decided = await deps.store.record(groupId, delivery, (latest) =>
      applyDelivery(latest, delivery, groupId, deps.environmentOf),
    );
    const { decision, incidentId } = decided;
    deps.log.info({ delivery: delivery.id, incident: incidentId, ...decision }, 'delivery decided');
    if (incidentId === null) return;
    if (decision.kind === 'open') await requestInvestigation(incidentId, decided, deps);
    await deps.requestSync(incidentId);
  };
}

async function requestInvestigation(
  incidentId: string,
  { delivery }: DecidedDelivery,
  { store, queue }: IntakeDeps,
): Promise<void> {
  const incident = await store.incident(incidentId);
  if (incident === null) throw new Error(`incident ${incidentId} was decided on but is not stored`);
  const window = investigationWindow(incident.startedAt, delivery.receivedAt);
  const run = await store.ensureRun({ id: firstRunIdOf(incidentId), incidentId, window });
  if (run.state === 'concluded') return;
  await queue.add('investigate', { version: 1, incidentId, runId: run.id }, { id: run.id });
}
