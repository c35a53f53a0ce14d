import { type Ask, askedNotice } from '../src/incident/asked.ts';
import { askedRunIdOf, firstRunIdOf } from '../src/incident/identity.ts';
import type { Incident } from '../src/incident/incident.ts';
import { type HourlyLimits, withhold } from '../src/investigation/admission.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Logger } from '../src/lib/log.ts';
import type { ModelPort } from '../src/models/model.ts';
import type { Queue } from '../src/queue/queue.ts';
import type { Store } from '../src/store/store.ts';
import type { RequestSync } from './deliver.ts';
import { requestInvestigation } from './request-investigation.ts';

export interface AskDeps {
  store: Pick<Store, 'incident' | 'runs' | 'ensureRun' | 'addNotice' | 'recentRuns'>;
  queue: Pick<Queue, 'add' | 'state'>;
  model: Pick<ModelPort, 'name'> | null;
  hourlyLimits: HourlyLimits;
  requestSync: RequestSync;
  clock: Clock;
  log: Logger;
}

/**
 * Takes a person's wish that an incident be investigated in full, whatever its state. The id of the run follows from the
 * one before it: however often and from wherever it is asked while one is under way, there is one.
 */
export function createAsk(deps: AskDeps): Ask {
  const { store, queue, log, requestSync } = deps;
  return async (incidentId) => {
    const incident = await store.incident(incidentId);
    if (incident === null) return null;
    const withoutModel = await whyNoModel(incident, deps);
    const [latest] = await store.runs(incidentId);
    // The job that opened it is about to ask; a sweep would, if that one was lost.
    if (latest === undefined) {
      return { outcome: 'under-way', runId: firstRunIdOf(incidentId), withoutModel };
    }
    if (latest.state !== 'concluded') {
      const state = await queue.state('investigate', latest.leader?.runId ?? latest.id);
      const outcome = state === 'failed' ? 'dead-letter' : 'under-way';
      return { outcome, runId: latest.id, withoutModel };
    }
    const now = deps.clock.now().toISOString();
    const id = askedRunIdOf(incidentId, latest.id);
    // First, because the worker reads from it that the run is wanted though its alerts resolved.
    await store.addNotice(incidentId, askedNotice(id, now));
    const until = incident.resolvedAt ?? now;
    const runId = await requestInvestigation({ incidentId, id, until }, deps);
    log.info({ incident: incidentId, run: runId }, 'a person asked for an investigation');
    await requestSync(incidentId);
    return { outcome: runId === id ? 'asked' : 'under-way', runId, withoutModel };
  };
}

async function whyNoModel(
  { labels }: Incident,
  { store, model, hourlyLimits, clock }: AskDeps,
): Promise<string | null> {
  if (model === null) return 'none is configured';
  const recent = await store.recentRuns(clock.now().toISOString());
  const withheld = withhold(recent, labels.alertname ?? null, hourlyLimits);
  return withheld === null ? null : `a limit of this hour is reached: ${withheld.detail}`;
}
