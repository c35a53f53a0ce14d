import { z } from 'zod';
import { Outline } from './outline.ts';
import { isUrgent } from './severity.ts';

export interface GatherSettings {
  /** How far apart two incidents may be opened to share an investigation; 0: none is shared. */
  windowMs: number;
  /** When more incidents than this are opened within a minute, that is reason enough. */
  crowd: number;
}

/** An incident with the run that is asked for. */
export interface Newcomer {
  incidentId: string;
  openedAt: string;
  outline: Outline;
  /** It has had a run before, and became worse: it is not to share another's. */
  escalates: boolean;
}

/** A run of the same environment that has no leader and no report, of an incident that is open. */
export interface Candidate {
  runId: string;
  incidentId: string;
  openedAt: string;
  /** Whether it has not begun. */
  waits: boolean;
  outline: Outline;
}

/** What else was opened about then. */
export interface Around {
  candidates: Candidate[];
  /** Incidents opened in the minute before the newcomer, which is counted too. */
  openedInMinute: number;
}

/** A run, and why the two belong together, in words: `shares node worker-3`. */
export interface Tie {
  runId: string;
  reason: string;
}

/** Whose investigation the newcomer shares, or else whom it takes along into its own. */
export interface Gathering {
  leader: Tie | null;
  members: Tie[];
}

/** Which run investigates for another, and why. */
export const Leader = z.object({
  runId: z.string(),
  incidentId: z.string(),
  title: z.string(),
  reason: z.string(),
});
export type Leader = z.infer<typeof Leader>;

/** An incident that shares another's investigation, as that one's thread names it. */
export interface Member {
  runId: string;
  incidentId: string;
  title: string;
  reason: string;
  /** Null for one that an older version stored. */
  status: string | null;
}

/** Those that a run led when it began; `shown` are the first of `total`. */
export const Members = z.object({
  total: z.int().nonnegative(),
  shown: z.array(Outline.extend({ reason: z.string() })),
});
export type Members = z.infer<typeof Members>;

export const NO_MEMBERS: Members = { total: 0, shown: [] };

const MINUTE_MS = 60_000;

/** How closely two incidents belong together, from a named thing to a mere moment. */
const CLOSENESS = ['named', 'namespace', 'minute'] as const;
interface Likeness {
  closeness: (typeof CLOSENESS)[number];
  reason: string;
}

/**
 * Decides which incidents share an investigation. Pure: of any number of workers each decides alike, given the same
 * candidates, whatever their order.
 *
 * An urgent one never shares a run that still waits for others to come, and only one about something that both name;
 * it takes along those that wait.
 */
export function gatherOf(newcomer: Newcomer, around: Around, settings: GatherSettings): Gathering {
  const near = around.candidates
    .filter(({ openedAt }) => apart(newcomer, { openedAt }) <= settings.windowMs)
    .toSorted((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt) || order(a, b));
  const urgent = isUrgent(newcomer.outline.severity);
  const leader = newcomer.escalates
    ? null
    : closest(near.flatMap((candidate) => tieTo(candidate, newcomer, around, settings, urgent)));
  if (leader !== null || !urgent) return { leader, members: [] };
  const members = near.flatMap((candidate) => takenBy(newcomer, candidate, around, settings));
  return { leader: null, members };
}

function tieTo(
  candidate: Candidate,
  newcomer: Newcomer,
  around: Around,
  settings: GatherSettings,
  urgent: boolean,
): (Tie & Likeness)[] {
  if (candidate.incidentId === newcomer.incidentId) return [];
  if (urgent && candidate.waits && !isUrgent(candidate.outline.severity)) return [];
  const likeness = likenessOf(newcomer, candidate, around, settings);
  if (likeness === null || (urgent && likeness.closeness !== 'named')) return [];
  return [{ runId: candidate.runId, ...likeness }];
}

/** What waits only for others to come need not wait any longer. */
function takenBy(
  newcomer: Newcomer,
  { runId, waits, ...candidate }: Candidate,
  around: Around,
  settings: GatherSettings,
): Tie[] {
  if (!waits) return [];
  if (candidate.incidentId === newcomer.incidentId) {
    return [{ runId, reason: 'its severity rose' }];
  }
  if (isUrgent(candidate.outline.severity)) return [];
  const likeness = likenessOf(newcomer, candidate, around, settings);
  return likeness === null ? [] : [{ runId, reason: likeness.reason }];
}

function likenessOf(
  a: Pick<Newcomer, 'openedAt' | 'outline'>,
  b: Pick<Newcomer, 'openedAt' | 'outline'>,
  { openedInMinute }: Around,
  { crowd }: GatherSettings,
): Likeness | null {
  const named = namedByBoth(a.outline, b.outline);
  if (named !== null) return { closeness: 'named', reason: `shares ${named}` };
  if (apart(a, b) > MINUTE_MS) return null;
  const namespace = common(a.outline.namespaces, b.outline.namespaces);
  if (namespace !== null) {
    return { closeness: 'namespace', reason: `opened in namespace ${namespace} within a minute` };
  }
  if (openedInMinute <= crowd) return null;
  return { closeness: 'minute', reason: `one of more than ${crowd} that opened within a minute` };
}

function namedByBoth(a: Outline, b: Outline): string | null {
  const node = common(a.nodes, b.nodes);
  if (node !== null) return `node ${node}`;
  const workload = common(a.workloads, b.workloads);
  if (workload !== null) return `workload ${workload}`;
  const dependency =
    common(a.dependencies, b.dependencies) ??
    common(a.dependencies, namesOf(b)) ??
    common(b.dependencies, namesOf(a));
  return dependency === null ? null : `dependency ${dependency}`;
}

/** What one depends on may be the very thing that the other is about, with its namespace or without. */
function namesOf({ workloads }: Outline): string[] {
  return workloads.flatMap((workload) => [workload, workload.slice(workload.indexOf('/') + 1)]);
}

function common(a: readonly string[], b: readonly string[]): string | null {
  return a.find((value) => b.includes(value)) ?? null;
}

function closest(ties: (Tie & Likeness)[]): Tie | null {
  const [best] = CLOSENESS.flatMap((closeness) =>
    ties.filter((tie) => tie.closeness === closeness),
  );
  return best === undefined ? null : { runId: best.runId, reason: best.reason };
}

function apart(a: { openedAt: string }, b: { openedAt: string }): number {
  return Math.abs(Date.parse(a.openedAt) - Date.parse(b.openedAt));
}

function order(a: Candidate, b: Candidate): number {
  return a.runId < b.runId ? -1 : 1;
}
