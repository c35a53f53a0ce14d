import { describeEvent } from '../src/investigation/events.ts';
import { type InvestigationSettings, investigate } from '../src/investigation/investigate.ts';
import { PROMPT_VERSION } from '../src/investigation/prompt.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Logger } from '../src/lib/log.ts';
import type { ModelPort } from '../src/models/model.ts';
import { type JobHandler, QueueUnavailable } from '../src/queue/queue.ts';
import type { Report } from '../src/report/report.ts';
import type { Run, Store } from '../src/store/store.ts';
import type { ToolCaller, ToolSpec } from '../src/tools/tool.ts';
import type { RequestSync } from './deliver.ts';

export interface InvestigateDeps {
  store: Store;
  /** The tools of an environment, by its name. The caller of this function closes them. */
  toolsOf: (environment: string) => Promise<ToolCaller>;
  model: ModelPort | null;
  settings: InvestigationSettings;
  /** Stored with each run: { probableCause, turnsBy }. */
  versions: Record<string, string>;
  requestSync: RequestSync;
  onConcluded: (report: Report) => void;
  clock: Clock;
  log: Logger;
}

/** Runs, or goes on with, one investigation and stores its report. The report that is stored first stays. */
export function createInvestigate(deps: InvestigateDeps): JobHandler<'investigate'> {
  const { store, clock, log } = deps;
  return async ({ incidentId, runId }, { signal }) => {
    const [incident, queued] = await Promise.all([store.incident(incidentId), store.run(runId)]);
    if (incident === null || queued === null) throw new Error(`run ${runId} is not stored`);
    if (queued.state === 'concluded') return deps.requestSync(incidentId);
    const tools = await deps.toolsOf(incident.environment);
    try {
      const run = await start(queued, await tools.list(), deps);
      const report = await investigate(
        { runId, incident, window: run.window },
        {
          tools: pinned(tools, run.tools),
          model: deps.model,
          settings: deps.settings,
          recorded: { evidence: await store.evidence(runId), turns: await store.turns(runId) },
          steps: {
            addEvidence: (evidence) => store.addEvidence(runId, evidence),
            addTurn: (index, turn) => store.addTurn(runId, index, turn),
          },
          clock,
          signal,
          emit: async (event) => {
            await store.addProgress(runId, describeEvent(event));
            await showProgress(incidentId, deps);
          },
        },
      );
      signal.throwIfAborted();
      const first = await store.concludeRun(runId, report, clock.now().toISOString());
      if (first) deps.onConcluded(report);
      log.info(
        { incident: incidentId, run: runId, verdict: report.verdict },
        'investigation concluded',
      );
    } finally {
      await tools.close();
    }
    await deps.requestSync(incidentId);
  };
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

async function start(queued: Run, tools: ToolSpec[], deps: InvestigateDeps): Promise<Run> {
  if (queued.state === 'running') {
    deps.log.warn({ run: queued.id }, 'investigation goes on where another worker left it');
  }
  const versions = {
    ...deps.versions,
    prompt: PROMPT_VERSION,
    model: deps.model?.name ?? 'none',
  };
  await deps.store.startRun(queued.id, { at: deps.clock.now().toISOString(), tools, versions });
  await deps.requestSync(queued.incidentId);
  const run = await deps.store.run(queued.id);
  if (run === null) throw new Error(`run ${queued.id} is not stored`);
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
