import type { GatherSettings } from '../src/incident/gather-of.ts';
import { firstRunIdOf } from '../src/incident/identity.ts';
import { loadView } from '../src/incident/load-view.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Logger } from '../src/lib/log.ts';
import type { Channel } from '../src/notify/channel.ts';
import { isInLine } from '../src/notify/sync.ts';
import type { Queue } from '../src/queue/queue.ts';
import type { IncidentPlace, Store, Unconcluded } from '../src/store/store.ts';
import type { RequestSync } from './deliver.ts';
import { requestSharedInvestigation } from './request-investigation.ts';

/** What a sweep did about something that it found; a dead letter is left to a person. */
export type SweepAction = 'run-made' | 'run-requested' | 'thread-requested' | 'dead-letter';

export interface SweepDeps {
  store: Store;
  queue: Pick<Queue, 'add' | 'state'>;
  channels: Channel[];
  disclaimer: string | null;
  requestSync: RequestSync;
  gathering: GatherSettings;
  onAction: (action: SweepAction) => void;
  clock: Clock;
  log: Logger;
}

/** Looks once for what was accepted and is neither concluded nor under way. Aborting ends it between two looks. */
export type Sweep = (signal: AbortSignal) => Promise<void>;

const HOUR_MS = 3_600_000;
/** Older ones are nobody's concern any more, and the look stays a short one. */
const RUNS_OF_MS = 30 * 24 * HOUR_MS;
const MAX_UNCONCLUDED = 500;
/** The job that opened an incident may still be on its way to asking for the run. */
const ON_ITS_WAY_MS = 60_000;
/** A thread is looked at whole, so a sweep looks at a page of them and the next one at the next page. */
const THREADS_OF_MS = 48 * HOUR_MS;
const THREADS_A_SWEEP = 100;
/** Slack takes some 50 edits a minute, and new alerts come first: a new wording is no reason to edit all at once. */
const THREADS_ASKED_A_SWEEP = 25;
/** How often a run may be asked for anew after its job ended without a report. */
const MAX_JOBS_OF_RUN = 3;

/**
 * Compares what was accepted with what was concluded, and asks again for what got lost between the two: a
 * queue that lost its last second, a database that went back to an older copy. All ids are derived, so asking
 * for what is not lost but late changes nothing.
 */
export function createSweep(deps: SweepDeps): Sweep {
  let before: IncidentPlace | null = null;
  return async (signal) => {
    await sweepRuns(deps, signal);
    before = await sweepThreads(before, deps, signal);
  };
}

async function sweepRuns(deps: SweepDeps, signal: AbortSignal): Promise<void> {
  const now = deps.clock.now().getTime();
  const since = new Date(now - RUNS_OF_MS).toISOString();
  for (const found of await deps.store.unconcluded({ since, limit: MAX_UNCONCLUDED })) {
    signal.throwIfAborted();
    if (found.runId !== null) await findJobOf(found.runId, found.incidentId, deps);
    else if (now - Date.parse(found.openedAt) > ON_ITS_WAY_MS) await makeRun(found, deps);
  }
}

/** The same run as the job of the delivery would have made. */
async function makeRun({ incidentId, openedAt }: Unconcluded, deps: SweepDeps): Promise<void> {
  const id = firstRunIdOf(incidentId);
  await requestSharedInvestigation({ incidentId, id, until: openedAt }, deps);
  act('run-made', { incident: incidentId, run: id }, deps);
}

async function findJobOf(runId: string, incidentId: string, deps: SweepDeps): Promise<void> {
  const { store, queue } = deps;
  const about = { incident: incidentId, run: runId };
  for (let job = 1; job <= MAX_JOBS_OF_RUN; job += 1) {
    const id = job === 1 ? runId : `${runId}/${job}`;
    const state = await queue.state('investigate', id);
    if (state === 'waiting' || state === 'active') return;
    if (state === 'failed') return act('dead-letter', about, deps);
    // Its job may have brought it to its end since it was found without one.
    const run = await store.run(runId);
    if (run === null || run.state === 'concluded') return;
    if (state === 'none') {
      await queue.add('investigate', { version: 1, incidentId, runId }, { id });
      return act('run-requested', about, deps);
    }
    // The job is done and the report is gone: while the queue keeps that job, only another id gets through.
  }
  act('dead-letter', about, deps);
}

/** @returns Where the next sweep goes on; null when it starts again with the newest. */
async function sweepThreads(
  before: IncidentPlace | null,
  deps: SweepDeps,
  signal: AbortSignal,
): Promise<IncidentPlace | null> {
  const { store, channels, disclaimer, requestSync, clock } = deps;
  const since = clock.now().getTime() - THREADS_OF_MS;
  const incidents = await store.incidents({ limit: THREADS_A_SWEEP, before });
  let asked = 0;
  for (const { id, openedAt } of incidents) {
    signal.throwIfAborted();
    if (Date.parse(openedAt) < since) return null;
    const view = await loadView(store, id, disclaimer);
    if (view === null) continue;
    const shown = await Promise.all(channels.map((channel) => isInLine(channel, store, view)));
    if (shown.every(Boolean)) continue;
    await requestSync(id);
    act('thread-requested', { incident: id }, deps);
    asked += 1;
    if (asked === THREADS_ASKED_A_SWEEP) return { openedAt, id };
  }
  return incidents.length < THREADS_A_SWEEP ? null : (incidents.at(-1) ?? null);
}

const WORDS: Record<SweepAction, string> = {
  'run-made': 'an incident had no investigation: made it and asked for it',
  'run-requested': 'an investigation had no job: asked for it again',
  'thread-requested': 'a thread did not show its incident as it is: asked for it',
  'dead-letter': 'an investigation will not end by itself: see "probable-cause queue list"',
};

function act(action: SweepAction, about: object, { onAction, log }: SweepDeps): void {
  onAction(action);
  // A thread is often only late; anything else should not have happened.
  const level = action === 'thread-requested' ? 'info' : 'warn';
  log[level]({ action, ...about }, `sweep: ${WORDS[action]}`);
}
