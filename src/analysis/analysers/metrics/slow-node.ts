import { keyOf, type ObjectRef } from '../../object-ref.ts';
import { podsOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';
import { hasUnknownCalls } from '../../unknown-calls.ts';

/** Fewer that are slow on one node are a coincidence. */
const ENOUGH = 3;
const MOST_HERE = 0.6;
/** Of the share here, what may be slow elsewhere. */
const FEW_ELSEWHERE = 0.4;

/** The node that most of what is slow has in common, while what is elsewhere and needs nothing there is as quick as ever. */
export function slowNode(
  slow: readonly ObjectRef[],
  measured: readonly ObjectRef[],
  situation: Situation,
): string | null {
  const slowKeys = new Set(slow.map(keyOf));
  const placed = measured.map((ref) => ({
    ref,
    node: onlyNodeOf(ref, situation),
    isSlow: slowKeys.has(keyOf(ref)),
  }));
  for (const [node, here] of Map.groupBy(placed, (it) => it.node)) {
    const slowHere = here.filter(({ isSlow }) => isSlow);
    if (node === null || slowHere.length < ENOUGH) continue;
    const keys = new Set(slowHere.map(({ ref }) => keyOf(ref)));
    const free = placed.filter(
      (it) => it.node !== node && !(it.isSlow && waitsFor(it.ref, keys, situation)),
    );
    const elsewhere = free.filter(({ isSlow }) => isSlow).length / free.length;
    const share = slowHere.length / here.length;
    if (free.length >= ENOUGH && share >= MOST_HERE && elsewhere <= FEW_ELSEWHERE * share) {
      return node;
    }
  }
  return null;
}

function onlyNodeOf(ref: ObjectRef, { cluster }: Situation): string | null {
  const nodes = new Set(podsOf(ref, cluster).map(({ spec }) => spec.nodeName));
  const [node] = nodes;
  return nodes.size === 1 && node !== undefined && node !== '' ? node : null;
}

function waitsFor(ref: ObjectRef, keys: ReadonlySet<string>, situation: Situation): boolean {
  if (hasUnknownCalls(ref, situation)) return true;
  return [...situation.dependencies.reach(ref).keys()].some((key) => keys.has(key));
}
