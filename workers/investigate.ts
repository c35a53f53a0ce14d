import { wasAsked } from '../src/incident/asked.ts';
import type { Leader } from '../src/incident/gather-of.ts';
import { laterRunIdOf } from '../src/incident/identity.ts';
import type { Incident } from '../src/incident/incident.ts';
import { isSilenced } from '../src/incident/silence.ts';
import { type HourlyLimits, withhold } from '../src/investigation/admission.ts';
import { describeEvent } from '../src/investigation/events.ts';
import {
  abandon,
  cancel,
  type InvestigationSettings,
  investigate,
  type Needless,
} from '../src/investigation/investigate.ts';
import type { RecordedSteps } from '../src/investigation/journal.ts';
import { PROMPT_VERSION } from '../src/investigation/prompt.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Logger } from '../src/lib/log.ts';
import type { ModelPort } from '../src/models/model.ts';
import { type JobHandler, type Queue, QueueUnavailable, RetryLater } from '../src/queue/queue.ts';
import type { Report } from '../src/report/report.ts';
import type { Run, Store } from '../src/store/store.ts';
import type { ToolCaller, ToolSpec } from '../src/tools/tool.ts';
import type { RequestSync } from './deliver.ts';
import { requestInvestigation } from './request-investigation.ts';

export interface InvestigateDeps {
  store: Store;
  queue: Pick<Queue, 'add'>;
  /** The tools of an environment, by its name, for one run. The caller of this function closes them. */
  toolsOf: (environment: string, runId: string) => Promise<ToolCaller>;
  model: ModelPort | null;
  settings: InvestigationSettings;
  hourlyLimits: HourlyLimits;
  /** Stored with each run: { probableCause, turnsBy }. */
  versions: Record<string, string>;
  requestSync: RequestSync;
  onConcluded: (report: Report) => void;
  clock: Clock;
  log: Logger;
}

const TAKEN_RETRY_MS = 500;

/** A run that fails this often, for whatever reason of our own, is concluded from what it has. */
const MAX_STARTS_OF_RUN = 6;

/** Runs, or goes on with, one investigation and stores its report. The report that is stored first stays. */
export function createInvestigate(deps: InvestigateDeps): JobHandler<'investigate'> {
  const { store, clock, log } = deps;
  return async ({ incidentId, runId }, { signal, attempt }) => {
    const [incident, found] = await Promise.all([store.incident(incidentId), store.run(runId)]);
    if (incident === null || found === null) throw new Error(`run ${runId} is not stored`);
    const needless = found.state === 'queued' ? await whyNeedless(incident, runId, store) : null;
    const queued = needless === null ? found : await store.passLead(runId);
    if (queued.leader !== null) return leaveTo(queued.leader, queued, deps);
    if (queued.state !== 'concluded') {
      const report =
        needless === null
          ? await reportOf(queued, incident, attempt, signal, deps)
          : cancel({ runId, incident, window: queued.window }, needless);
      signal.throwIfAborted();
      const first = await store.concludeRun(runId, report, clock.now().toISOString());
      if (first) deps.onConcluded(report);
      const { verdict } = report;
      log.info({ incident: incidentId, run: runId, verdict }, 'investigation concluded');
      if (needless !== null) await takeUpAgain(incidentId, runId, deps);
    }
    await deps.requestSync(incidentId);
    await showMembers(runId, deps);
  };
}

/** What fired again just then found its investigation waiting, and counted on it: a look from before has cancelled it. */
async function takeUpAgain(
  incidentId: string,
  runId: string,
  deps: InvestigateDeps,
): Promise<void> {
  const incident = await deps.store.incident(incidentId);
  if (incident === null || (await whyNeedless(incident, runId, deps.store)) !== null) {
    return;
  }
  const until = deps.clock.now().toISOString();
  await requestInvestigation({ incidentId, id: laterRunIdOf(incidentId, runId), until }, deps);
}

/** Another run investigates for this one. That one may never have been asked for, if this one led it until now. */
async function leaveTo(leader: Leader, { state }: Run, deps: InvestigateDeps): Promise<void> {
  const { runId, incidentId } = leader;
  if (state === 'queued') {
    await deps.queue.add('investigate', { version: 1, incidentId, runId }, { id: runId });
  }
  await deps.requestSync(incidentId);
  await showMembers(runId, deps);
}

/** The threads of those that share the investigation tell what became of it. */
async function showMembers(runId: string, { store, requestSync }: InvestigateDeps): Promise<void> {
  for (const { incidentId } of await store.members(runId)) await requestSync(incidentId);
}

async function reportOf(
  queued: Run,
  incident: Incident,
  attempt: number,
  signal: AbortSignal,
  deps: InvestigateDeps,
): Promise<Report> {
  try {
    return await takeRun(queued, incident, signal, deps);
  } catch (error) {
    if (signal.aborted || attempt < MAX_STARTS_OF_RUN) throw error;
    deps.log.error({ err: error, run: queued.id }, 'investigation given up');
    const recorded = await recordedSteps(queued.id, deps.store);
    const reason = `it failed ${attempt} times; the log of the worker says why`;
    const { id: runId, window } = queued;
    return abandon({ runId, incident, window }, recorded, deps.settings.costOf, reason);
  }
}

/** What a person asked for is wanted, whatever became of the alerts. */
async function whyNeedless(
  { id, status }: Incident,
  runId: string,
  store: Store,
): Promise<Needless | null> {
  const { notices } = await store.notices(id);
  if (wasAsked(notices, runId)) return null;
  if (status === 'resolved') return 'resolved';
  return isSilenced(notices) ? 'silenced' : null;
}

async function takeRun(
  queued: Run,
  incident: Incident,
  signal: AbortSignal,
  deps: InvestigateDeps,
): Promise<Report> {
  const { store, clock, model, settings } = deps;
  const { id: runId } = queued;
  const tools = await deps.toolsOf(incident.environment, runId);
  try {
    const run = await start(queued, incident, await tools.list(), deps);
    return await investigate(
      // As it was when the run began: after a crash it has to ask the same things again.
      { runId, incident: run.incident ?? incident, members: run.members, window: run.window },
      {
        tools: pinned(tools, run.tools),
        model,
        withheld: run.withheld,
        settings,
        recorded: await recordedSteps(runId, store),
        steps: {
          addEvidence: (evidence) => store.addEvidence(runId, evidence),
          addTurn: (index, turn) => store.addTurn(runId, index, turn),
        },
        clock,
        signal,
        isOver: () => isOver(queued, store),
        emit: async (event) => {
          await store.addProgress(runId, describeEvent(event));
          await showProgress(incident.id, deps);
        },
      },
    );
  } finally {
    await tools.close();
  }
}

/** Whether all that it is about has resolved, and nobody asked for it. */
async function isOver({ id, incidentId }: Run, store: Store): Promise<boolean> {
  if (!(await store.isRunOver(id))) return false;
  return !wasAsked((await store.notices(incidentId)).notices, id);
}

async function recordedSteps(runId: string, store: Store): Promise<RecordedSteps> {
  const [evidence, turns] = await Promise.all([store.evidence(runId), store.turns(runId)]);
  return { evidence, turns };
}

/** A line of progress is not worth an investigation: without a queue for a while, the next sync shows it. */
async function showProgress(
  incidentId: string,
  { requestSync, log }: InvestigateDeps,
): Promise<void> {
  try {
    await requestSync(incidentId);
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    log.warn({ incident: incidentId, reason: error.message }, 'progress is not shown');
  }
}

async function start(
  queued: Run,
  incident: Incident,
  tools: ToolSpec[],
  deps: InvestigateDeps,
): Promise<Run> {
  if (queued.state === 'running') {
    deps.log.warn({ run: queued.id }, 'investigation goes on where another worker left it');
  }
  const versions = {
    ...deps.versions,
    prompt: PROMPT_VERSION,
    model: deps.model?.name ?? 'none',
  };
  const at = deps.clock.now().toISOString();
  const { alertname = null } = incident.labels;
  await deps.store.startRun(queued.id, {
    at,
    incident,
    tools,
    versions,
    withhold: (recent) =>
      deps.model === null ? null : withhold(recent, alertname, deps.hourlyLimits),
  });
  await deps.requestSync(queued.incidentId);
  const run = await deps.store.run(queued.id);
  if (run === null) throw new Error(`run ${queued.id} is not stored`);
  // Between the look and the start an urgent one took it along.
  if (run.leader !== null) throw new RetryLater(`run ${queued.id} is shared now`, TAKEN_RETRY_MS);
  return run;
}

/** The same tools with the catalogue that the run began with, whatever a newer version offers. */
function pinned(tools: ToolCaller, catalogue: ToolSpec[]): ToolCaller {
  return {
    list: async () => catalogue,
    call: (name, args, context) => tools.call(name, args, context),
    close: () => tools.close(),
  };
}
