import { investigationWindow } from '../src/alert/window.ts';
import { type GatherSettings, gatherOf } from '../src/incident/gather-of.ts';
import type { Incident } from '../src/incident/incident.ts';
import { outlineOf } from '../src/incident/outline.ts';
import { isUrgent } from '../src/incident/severity.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Queue } from '../src/queue/queue.ts';
import type { Run, Sharing, Store } from '../src/store/store.ts';
import type { RequestSync } from './deliver.ts';

interface RequestDeps {
  store: Pick<Store, 'incident' | 'ensureRun' | 'runs'>;
  queue: Pick<Queue, 'add'>;
}

interface SharedRequestDeps extends RequestDeps {
  store: Pick<Store, 'incident' | 'ensureRun' | 'runs' | 'members'>;
  requestSync: RequestSync;
  gathering: GatherSettings;
  clock: Clock;
}

export interface InvestigationRequest {
  incidentId: string;
  id: string;
  /** When the window that it asks about ends. */
  until: string;
}

/**
 * Asks for an investigation under the given id, unless another one of the incident waits: that one will see what
 * made this be asked for. Asking twice asks for the same job.
 *
 * @returns The run that will look.
 */
export async function requestInvestigation(
  request: InvestigationRequest,
  deps: RequestDeps,
): Promise<string> {
  const { incident, waiting } = await look(request, deps);
  if (waiting !== undefined) return waiting.id;
  const run = await deps.store.ensureRun(runOf(request, incident));
  await addJob(run, 0, deps);
  return run.id;
}

/**
 * The same for an incident that has just been opened, or became worse: it may share an investigation with others.
 * One that is not urgent waits a while for them; an urgent one takes them along at once.
 */
export async function requestSharedInvestigation(
  request: InvestigationRequest,
  deps: SharedRequestDeps,
): Promise<void> {
  const { incident, runs, waiting } = await look(request, deps);
  const waitsMs = gatherTimeLeft(incident, deps);
  const urgent = isUrgent(incident.severity);
  // One that waits only for others to come must not hold up what has become urgent.
  if (waiting !== undefined && !(urgent && waitsMs > 0)) return;
  const escalates = runs.some((run) => run.id !== request.id);
  const share = sharingOf(incident, escalates, deps.gathering);
  const run = await deps.store.ensureRun({ ...runOf(request, incident), ...share });
  if (run.leader === null) await addJob(run, urgent || escalates ? 0 : waitsMs, deps);
  await showSharing(run, deps);
}

async function look({ incidentId, id }: InvestigationRequest, { store }: RequestDeps) {
  const incident = await store.incident(incidentId);
  if (incident === null) throw new Error(`incident ${incidentId} was decided on but is not stored`);
  const runs = await store.runs(incidentId);
  const waiting = runs.find(
    (run) => run.state === 'queued' && run.leader === null && run.id !== id,
  );
  return { incident, runs, waiting };
}

function runOf({ id, incidentId, until }: InvestigationRequest, { startedAt }: Incident) {
  return { id, incidentId, window: investigationWindow(startedAt, until) };
}

/** Counted from when it was opened: a job that comes late is not put off any further. */
function gatherTimeLeft(
  { openedAt, status }: Incident,
  { gathering, clock }: Pick<SharedRequestDeps, 'gathering' | 'clock'>,
): number {
  if (status === 'resolved') return 0;
  const left = Date.parse(openedAt) + gathering.windowMs - clock.now().getTime();
  return Math.min(Math.max(0, left), gathering.windowMs);
}

function sharingOf(
  incident: Incident,
  escalates: boolean,
  gathering: GatherSettings,
): { share?: Sharing } {
  const { id: incidentId, environment, openedAt } = incident;
  if (gathering.windowMs === 0 || incident.status === 'resolved') return {};
  const outline = outlineOf(incident);
  const newcomer = { incidentId, openedAt, outline, escalates };
  const gather: Sharing['gather'] = (around) => gatherOf(newcomer, around, gathering);
  return { share: { environment, openedAt, outline, windowMs: gathering.windowMs, gather } };
}

async function addJob(run: Run, delayMs: number, { queue }: RequestDeps): Promise<void> {
  if (run.state === 'concluded') return;
  const { id, incidentId } = run;
  const delay = delayMs > 0 ? { delayMs } : {};
  await queue.add('investigate', { version: 1, incidentId, runId: id }, { id, ...delay });
}

/** The leader's thread says who shares its investigation, and theirs say with whom. */
async function showSharing(run: Run, { store, requestSync }: SharedRequestDeps): Promise<void> {
  if (run.leader !== null) return requestSync(run.leader.incidentId);
  for (const { incidentId } of await store.members(run.id)) await requestSync(incidentId);
}
