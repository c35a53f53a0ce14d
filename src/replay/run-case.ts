import { byId, type Evidence } from '../evidence/evidence.ts';
import { applyDelivery } from '../incident/apply.ts';
import { NO_MEMBERS } from '../incident/gather-of.ts';
import { firstRunIdOf, groupIdOf } from '../incident/identity.ts';
import type { Incident } from '../incident/incident.ts';
import { evidenceLineOf } from '../incident/notice.ts';
import type { IncidentView } from '../incident/view.ts';
import { describeEvent } from '../investigation/events.ts';
import { type InvestigationSettings, investigate } from '../investigation/investigate.ts';
import type { Clock } from '../lib/clock.ts';
import type { ModelPort } from '../models/model.ts';
import type { ToolCaller } from '../tools/tool.ts';
import type { Case } from './case.ts';
import { CaseError } from './case-file.ts';

export interface ReplayDeps {
  tools: ToolCaller;
  model: ModelPort | null;
  settings: InvestigationSettings;
  clock: Clock;
  signal: AbortSignal;
  /** Shown on the thread, such as that the turns were written by hand; null for none. */
  disclaimer: string | null;
  onProgress: (line: string) => void;
}

/**
 * Runs a case through the very code that handles a live alert, from the delivery to the report, with
 * memory in the place of queue and store. Gives what the thread would show.
 * @throws CaseError when the case's deliveries open no incident.
 */
export async function runCase(replayed: Case, deps: ReplayDeps): Promise<IncidentView> {
  const incident = openedBy(replayed);
  const runId = firstRunIdOf(incident.id);
  const evidence: Evidence[] = [];
  const progress: string[] = [];
  const report = await investigate(
    { runId, incident, window: replayed.window, members: replayed.members ?? NO_MEMBERS },
    {
      tools: deps.tools,
      model: deps.model,
      settings: deps.settings,
      clock: deps.clock,
      signal: deps.signal,
      recorded: { evidence: [], turns: [] },
      steps: {
        addEvidence: async (item) => void evidence.push(item),
        addTurn: async () => {},
      },
      emit: async (event) => {
        progress.push(describeEvent(event));
        deps.onProgress(describeEvent(event));
      },
    },
  );
  return {
    incident,
    runId,
    state: 'concluded',
    progress,
    notices: [],
    evidence: evidence.toSorted(byId).map(evidenceLineOf),
    report,
    leader: null,
    members: [],
    truncatedAlerts: Math.max(...replayed.deliveries.map((item) => item.truncatedAlerts)),
    disclaimer: deps.disclaimer,
  };
}

function openedBy({ id, deliveries, environment }: Case): Incident {
  let incident: Incident | null = null;
  let reason = 'no delivery';
  for (const delivery of deliveries) {
    const groupId = groupIdOf(delivery);
    const outcome = applyDelivery(incident, delivery, groupId, () => environment);
    incident = outcome.incident;
    reason = outcome.decision.reason;
  }
  if (incident === null) {
    throw new CaseError(`case ${id}: its deliveries open no incident (${reason})`);
  }
  return incident;
}
