import type { TimeWindow } from '../../../alert/window.ts';
import type { Change } from '../../changes/change.ts';
import type { Revision } from '../rollout/revisions.ts';
import { diffTemplates, isRestart, renderFieldChange } from '../rollout/template-diff.ts';
import { oneLine } from '../wording.ts';
import { byWhom, clusterChange, isSameAct, type Subject } from './cluster-change.ts';
import { fallsWithin, type Write } from './managed-fields.ts';

/** A Deployment, StatefulSet or DaemonSet with the revisions that are kept of it. */
export interface Workload extends Subject {
  /** Now; null where nodes decide. */
  replicas: number | null;
  writes: readonly Write[];
  revisions: readonly Revision[];
}

/** Changes, and the writes that they tell of, which need no telling again. */
export interface Told {
  changes: Change[];
  writes: Write[];
}

/**
 * Each new pod template: a rollout, a restart, or a rollback. The first one belongs to the creation.
 */
export function rolloutsOf(workload: Workload, window: TimeWindow): Told {
  const told: Told = { changes: [], writes: [] };
  const tell = (number: number, revision: Revision, at: string, action: string) => {
    const before = revisionBefore(number, revision, workload.revisions);
    const write = workload.writes.find((it) => isTemplateWrite(it) && isSameAct(it.at, at));
    if (write) told.writes.push(write);
    if (before === null && number <= 1) return;
    told.changes.push(describe(workload, revision, before, { at, action, write }));
  };
  for (const revision of workload.revisions) {
    const { creationTimestamp } = revision.metadata;
    const number = Math.min(revision.number, ...revision.earlierNumbers);
    if (creationTimestamp && fallsWithin(creationTimestamp, window)) {
      tell(number, revision, creationTimestamp, `rolled out revision ${number}`);
    }
  }
  const newest = newestOf(workload.revisions);
  const at = rolledBackAt(workload);
  if (newest && at) {
    const earlier = newest.earlierNumbers.at(-1);
    const action = `rolled back to revision ${earlier}, now ${newest.number}`;
    tell(newest.number, newest, at, action);
  }
  return told;
}

export function newestOf(revisions: readonly Revision[]): Revision | null {
  return revisions.toSorted((a, b) => b.number - a.number)[0] ?? null;
}

/**
 * A ReplicaSet that is rolled back to is older than that, and keeps that it was: only a write of the Deployment
 * tells when. It was this one if the ReplicaSet that was left has been written since, when it was made smaller.
 */
export function rolledBackAt({ revisions, writes }: Workload): string | null {
  const newest = newestOf(revisions);
  if (!newest || newest.earlierNumbers.length === 0) return null;
  const left = Date.parse(revisionBefore(newest.number, newest, revisions)?.writtenAt ?? '');
  const { creationTimestamp } = newest.metadata;
  const write = writes.find(
    (it) =>
      isTemplateWrite(it) && !isSameAct(it.at, creationTimestamp) && left >= Date.parse(it.at),
  );
  return write?.at ?? null;
}

function isTemplateWrite({ fields }: Write): boolean {
  return fields.includes('spec.template');
}

/** The revision that was there before another one took `number`. */
function revisionBefore(
  number: number,
  revision: Revision,
  revisions: readonly Revision[],
): Revision | null {
  const numbered = revisions
    .filter((it) => it !== revision)
    .flatMap((it) => [it.number, ...it.earlierNumbers].map((own) => ({ own, it })))
    .filter(({ own }) => own < number)
    .toSorted((a, b) => b.own - a.own);
  return numbered[0]?.it ?? null;
}

function describe(
  workload: Workload,
  revision: Revision,
  before: Revision | null,
  { at, action, write }: { at: string; action: string; write: Write | undefined },
): Change {
  const changes = before ? diffTemplates(before.template, revision.template) : [];
  const restarted = isRestart(changes);
  const cause = revision.metadata.annotations['kubernetes.io/change-cause'];
  return clusterChange(workload, {
    at,
    kind: restarted ? 'restart' : 'rollout',
    summary: `${restarted ? 'rollout restart' : action}${byWhom(write)}`,
    details: [
      ...(cause ? [`cause: ${oneLine(cause)}`] : []),
      ...(restarted ? [] : changes.map(renderFieldChange)),
      ...(before === null ? ['the revision before it is not kept'] : []),
    ],
  });
}
