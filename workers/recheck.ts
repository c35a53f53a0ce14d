import { z } from 'zod';
import type { Evidence } from '../src/evidence/evidence.ts';
import { laterRunIdOf } from '../src/incident/identity.ts';
import type { Incident } from '../src/incident/incident.ts';
import type { Notice } from '../src/incident/view.ts';
import { listPodsAgain } from '../src/investigation/ask-again.ts';
import { checkResolution } from '../src/investigation/check-resolution.ts';
import { comparePods, differsInKind } from '../src/investigation/compare-pods.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Logger } from '../src/lib/log.ts';
import { refiringWords, resolutionWords } from '../src/notify/recheck-words.ts';
import { type JobHandler, type Queue, RetryLater } from '../src/queue/queue.ts';
import type { Cause } from '../src/report/report.ts';
import type { RunSummary, Store } from '../src/store/store.ts';
import { Change } from '../src/tools/changes/change.ts';
import type { ToolCaller } from '../src/tools/tool.ts';
import type { RequestSync } from './deliver.ts';
import { requestInvestigation } from './request-investigation.ts';

export interface RecheckDeps {
  store: Pick<
    Store,
    'incident' | 'runs' | 'notices' | 'evidence' | 'firings' | 'addNotice' | 'ensureRun'
  >;
  queue: Pick<Queue, 'add'>;
  toolsOf: (environment: string, runId: string) => Promise<ToolCaller>;
  requestSync: RequestSync;
  clock: Clock;
  log: Logger;
}

const DAY_MS = 24 * 60 * 60_000;
const UNFINISHED_RETRY_MS = 60_000;

/**
 * Looks again at what an incident was found to be, without a model, and says in the thread what is new: after it
 * fired again, and a while after it resolved. What differs in kind is investigated again.
 */
export function createRecheck(deps: RecheckDeps): JobHandler<'recheck'> {
  const { store, log } = deps;
  return async ({ incidentId, deliveryId, after }, { signal }) => {
    const [incident, runs] = await Promise.all([
      store.incident(incidentId),
      store.runs(incidentId),
    ]);
    if (incident === null) throw new Error(`incident ${incidentId} is not stored`);
    const about = { incident, runs, deliveryId, signal };
    const notice = await (after === 're-fire' ? afterRefiring : afterResolution)(about, deps);
    if (notice === null) return;
    await store.addNotice(incidentId, notice);
    log.info({ incident: incidentId, delivery: deliveryId, reason: notice.reason }, 'looked again');
    await deps.requestSync(incidentId);
  };
}

interface Recheck {
  incident: Incident;
  /** Newest first. */
  runs: RunSummary[];
  deliveryId: string;
  signal: AbortSignal;
}

/** Null when there is nothing to compare with: what is under way will tell, or what was cancelled is taken up. */
async function afterRefiring(about: Recheck, deps: RecheckDeps): Promise<Notice | null> {
  const { incident, runs, deliveryId, signal } = about;
  const [run] = runs;
  if (run?.state !== 'concluded' || run.report === null) return null;
  const now = deps.clock.now().toISOString();
  const evidence = await evidenceOf(run, deps);
  const limit = run.report.stopped?.limit;
  if ((limit === 'resolved' || limit === 'silenced') && evidence.length === 0) {
    await investigateAgain(about, now, deps);
    return null;
  }
  const window = { from: run.window.from, to: now };
  const pods = await withTools(run, incident, deps, (tools) =>
    listPodsAgain(evidence, tools, window, signal),
  );
  const delta = pods === null ? null : comparePods(pods.before, pods.now);
  const again = delta !== null && differsInKind(delta);
  if (again) await investigateAgain(about, now, deps);
  const since = new Date(Date.parse(now) - DAY_MS).toISOString();
  const times = await deps.store.firings(incident.groupId, since);
  return {
    id: `recheck-${deliveryId}`,
    at: now,
    kind: 'recheck',
    reason: reasonOf(delta === null, again),
    summary: refiringWords({ times, cause: run.report.rootCause, delta, again }),
  };
}

async function investigateAgain(
  { incident, deliveryId }: Recheck,
  until: string,
  deps: RecheckDeps,
): Promise<void> {
  const id = laterRunIdOf(incident.id, deliveryId);
  await requestInvestigation({ incidentId: incident.id, id, until }, deps);
}

function reasonOf(unknown: boolean, differs: boolean): string {
  if (unknown) return 'nothing-to-compare';
  return differs ? 'evidence-differs' : 'evidence-as-before';
}

/** Null when the resolution did not last, or no cause was suspected. */
async function afterResolution(about: Recheck, deps: RecheckDeps): Promise<Notice | null> {
  const { incident, runs, deliveryId, signal } = about;
  const { notices } = await deps.store.notices(incident.id);
  const lastResolution = notices.findLast(({ kind }) => kind === 'resolve');
  if (incident.status === 'open' || lastResolution?.id !== deliveryId) return null;
  if (runs.some(({ state }) => state !== 'concluded')) {
    throw new RetryLater(`incident ${incident.id} is still investigated`, UNFINISHED_RETRY_MS);
  }
  const run = runs.find(({ report }) => report !== null && report.rootCause !== null);
  const cause = run?.report?.rootCause ?? null;
  if (run === undefined || cause === null) return null;
  const now = deps.clock.now().toISOString();
  const check = await lookAfterResolution(run, cause, incident, now, signal, deps);
  if (check === null) return null;
  return {
    id: `follow-up-${deliveryId}`,
    at: now,
    kind: 'follow-up',
    reason: `cause-${check.verdict}`,
    summary: resolutionWords(check, incident.startedAt),
  };
}

async function lookAfterResolution(
  run: RunSummary,
  cause: Cause,
  incident: Incident,
  now: string,
  signal: AbortSignal,
  deps: RecheckDeps,
) {
  const resolvedAt = incident.resolvedAt ?? now;
  const evidence = await evidenceOf(run, deps);
  return withTools(run, incident, deps, async (tools) => {
    // What failed before the resolution is no failure of now.
    const window = { from: resolvedAt, to: now };
    const pods = await listPodsAgain(evidence, tools, window, signal);
    if (pods === null) return null;
    const changes = await changesOf(tools, cause, { from: run.window.from, to: now }, signal);
    return checkResolution(cause, pods, changes, resolvedAt);
  });
}

/** What an incident that shares another's investigation was found to be is what that one saw. */
function evidenceOf({ id, leader }: RunSummary, { store }: RecheckDeps): Promise<Evidence[]> {
  return store.evidence(leader?.runId ?? id);
}

async function changesOf(
  tools: ToolCaller,
  { object: { namespace } }: Cause,
  window: { from: string; to: string },
  signal: AbortSignal,
): Promise<Change[]> {
  const args = namespace === null ? {} : { namespace };
  const { structured } = await tools.call('recent_changes', args, { window, signal });
  const parsed = z.object({ changes: z.array(Change) }).safeParse(structured);
  return parsed.success ? parsed.data.changes : [];
}

async function withTools<T>(
  run: RunSummary,
  incident: Incident,
  deps: RecheckDeps,
  use: (tools: ToolCaller) => Promise<T>,
): Promise<T> {
  const tools = await deps.toolsOf(incident.environment, run.id);
  try {
    return await use(tools);
  } finally {
    await tools.close();
  }
}
