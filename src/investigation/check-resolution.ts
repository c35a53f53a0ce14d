import type { Cause } from '../report/report.ts';
import type { Change } from '../tools/changes/change.ts';
import type { PodsBeforeAndNow } from './ask-again.ts';
import { type Workload, workloadsOf } from './workloads.ts';

/** What became of the suspected cause after the alerts resolved. */
export type ResolutionCheck =
  /** Its object fails no more; `since` is what was done to it last, null when nothing is known to have been. */
  | { verdict: 'gone'; object: Workload; since: Change | null }
  /** Its object fails still, although the alerts are over. */
  | { verdict: 'there'; object: Workload }
  /** Its object was not seen to fail, so nothing can be compared. */
  | { verdict: 'cannot-tell'; changes: Change[] };

/**
 * Compares the suspected cause with what is there now. `changes` are those since shortly before the incident, in any
 * order; only those that were made by the time it resolved can have ended it.
 */
export function checkResolution(
  cause: Cause,
  { before, now }: PodsBeforeAndNow,
  changes: readonly Change[],
  resolvedAt: string,
): ResolutionCheck {
  const made = changes
    .filter(({ at }) => Date.parse(at) <= Date.parse(resolvedAt))
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const isObject = (workload: Workload) => isSame(cause.object, workload);
  const was = [...workloadsOf(before).values()].find(isObject);
  if (was === undefined || was.failures.length === 0) {
    return { verdict: 'cannot-tell', changes: made };
  }
  const is = [...workloadsOf(now).values()].find(isObject);
  if (is !== undefined && is.failures.length > 0) return { verdict: 'there', object: is };
  const since = made.find((change) => isAbout(change, was)) ?? null;
  return { verdict: 'gone', object: was, since };
}

/** A model may name a pod where its owner fails, and write kinds as it likes. */
function isSame(object: Cause['object'], { kind, namespace, name }: Workload): boolean {
  if (object.namespace !== null && object.namespace !== namespace) return false;
  const sameKind = object.kind.toLowerCase() === kind.toLowerCase();
  const isPodOfIt = object.kind.toLowerCase() === 'pod' && object.name.startsWith(`${name}-`);
  return (sameKind && object.name === name) || isPodOfIt;
}

function isAbout({ object, namespace }: Change, workload: Workload): boolean {
  return object === `${workload.kind}/${workload.name}` && namespace === workload.namespace;
}
