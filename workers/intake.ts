import type { Delivery, LabelSet } from '../src/alert/alert.ts';
import { redactDelivery } from '../src/alert/redact-delivery.ts';
import type { Redact } from '../src/evidence/redact.ts';
import { applyDelivery } from '../src/incident/apply.ts';
import type { GatherSettings } from '../src/incident/gather-of.ts';
import { firstRunIdOf, groupIdOf, laterRunIdOf } from '../src/incident/identity.ts';
import type { DecidedDelivery } from '../src/incident/incident.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Logger } from '../src/lib/log.ts';
import type { JobContext, JobHandler, Queue } from '../src/queue/queue.ts';
import type { Store } from '../src/store/store.ts';
import type { RequestSync } from './deliver.ts';
import { requestSharedInvestigation } from './request-investigation.ts';

export interface IntakeDeps {
  store: Pick<Store, 'record' | 'incident' | 'ensureRun' | 'runs' | 'members'>;
  queue: Pick<Queue, 'add'>;
  /** Puts in what the webhook left out, and may ask for another try. */
  complete: (delivery: Delivery, context: JobContext) => Promise<Delivery>;
  environmentOf: (labels: LabelSet) => string;
  requestSync: RequestSync;
  /** Which incidents share an investigation. */
  gathering: GatherSettings;
  /** How long after a resolution the suspected cause is looked at again; 0: never. */
  followUpMs: number;
  /** Labels and annotations come from outside, and go to the model and into the thread. */
  redact: Redact;
  clock: Clock;
  log: Logger;
}

/**
 * What joins changes numbers in a thread that is open already. In a storm that is a delivery a second and group, and
 * Slack takes some 50 edits a minute of all threads together.
 */
const JOIN_DELAY_MS = 2_000;

/**
 * Turns a delivery into a decision and asks for what follows from it. A job that comes again, because its
 * worker died before the end, finds the decision made and asks for the same jobs under the same ids.
 */
export function createIntake(deps: IntakeDeps): JobHandler<'intake'> {
  return async ({ delivery: received }, context) => {
    const groupId = groupIdOf(received);
    const delivery = redactDelivery(await deps.complete(received, context), deps.redact);
    const decided = await deps.store.record(groupId, delivery, (latest, early) =>
      applyDelivery(latest, delivery, groupId, deps.environmentOf, early),
    );
    const { decision, incidentId } = decided;
    deps.log.info({ delivery: delivery.id, incident: incidentId, ...decision }, 'delivery decided');
    if (incidentId === null) return;
    await requestWork(incidentId, decided, deps);
    await deps.requestSync(incidentId, decision.kind === 'join' ? JOIN_DELAY_MS : undefined);
  };
}

/** What a delivery asks for, besides that the thread tells of it. */
async function requestWork(
  incidentId: string,
  { delivery, decision }: DecidedDelivery,
  deps: IntakeDeps,
): Promise<void> {
  const payload = { version: 1, incidentId, deliveryId: delivery.id } as const;
  switch (decision.kind) {
    case 'open':
    case 'escalate': {
      const opens = decision.kind === 'open';
      const id = opens ? firstRunIdOf(incidentId) : laterRunIdOf(incidentId, delivery.id);
      await requestSharedInvestigation({ incidentId, id, until: delivery.receivedAt }, deps);
      break;
    }
    case 're-fire':
    case 'reopen':
      await deps.queue.add(
        'recheck',
        { ...payload, after: 're-fire' },
        { id: `recheck/${delivery.id}` },
      );
      break;
    case 'resolve':
      if (deps.followUpMs === 0) break;
      await deps.queue.add(
        'recheck',
        { ...payload, after: 'resolution' },
        { id: `follow-up/${delivery.id}`, delayMs: deps.followUpMs },
      );
  }
}
