import type { Cluster } from './cluster.ts';
import { isSame, keyOf, type ObjectRef } from './object-ref.ts';
import { podsOf } from './owners.ts';
import type { Situation } from './situation.ts';
import type { TroubledCall } from './troubled-calls.ts';

/** So many of the calls across the node's border may be quick for all that. */
const QUICK = 0.25;

/**
 * The node at whose border measured calls become late: every one has an end there, of several workloads, and next to
 * none that crosses the border is quick. Null when one workload explains as much.
 */
export function nodeOfMeasured(
  calls: readonly TroubledCall[],
  situation: Situation,
): string | null {
  const { cluster } = situation;
  const late = calls.filter(({ measured }) => measured);
  // Who waits for another that waits is late without a fault of the way between them.
  const ends = late.filter(({ to }) => !late.some(({ from }) => isSame(from, to)));
  if (ends.length < 3 || ends.length < calls.length - late.length) return null;
  if (sharedEnd(ends)) return null;
  const all = measuredEnds(situation);
  const found = cluster.nodes.filter(({ metadata: { name } }) => {
    const isThere = (ref: ObjectRef) => isOn(ref, name, cluster);
    const there = new Set(ends.flatMap(({ from, to }) => [from, to].filter(isThere).map(keyOf)));
    const crossing = all.filter(({ from, to }) => isThere(from) !== isThere(to));
    const quick = crossing.filter(
      ({ from, to }) => !late.some((it) => isSame(it.from, from) && isSame(it.to, to)),
    );
    return (
      there.size >= 2 &&
      ends.every(({ from, to }) => isThere(from) || isThere(to)) &&
      quick.length <= QUICK * crossing.length
    );
  });
  return found.length === 1 ? (found[0]?.metadata.name ?? null) : null;
}

function sharedEnd(calls: readonly TroubledCall[]): boolean {
  const [first] = calls;
  return (
    first !== undefined &&
    [first.from, first.to].some((ref) =>
      calls.every(({ from, to }) => isSame(from, ref) || isSame(to, ref)),
    )
  );
}

/** All of its pods: with some elsewhere, some of its calls are quick. */
function isOn(ref: ObjectRef, node: string, cluster: Cluster): boolean {
  const pods = podsOf(ref, cluster);
  return pods.length > 0 && pods.every(({ spec }) => spec.nodeName === node);
}

function measuredEnds({ metrics, cluster }: Situation): { from: ObjectRef; to: ObjectRef }[] {
  const find = (name: string | undefined) =>
    cluster.workloads.find(({ ref }) => ref.name === name)?.ref;
  return metrics.flatMap(({ id, labels }) => {
    const [from, to] = [find(labels.source_workload), find(labels.destination_workload)];
    return id === 'call-milliseconds' && from && to ? [{ from, to }] : [];
  });
}
