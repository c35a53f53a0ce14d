import type { Analyser, Finding } from '../../finding.ts';
import { nodeOfMeasured } from '../../node-of-calls.ts';
import { isSame, nameOf, type ObjectRef } from '../../object-ref.ts';
import { nodeRef, workloadsOn } from '../../on-node.ts';
import { podsOf } from '../../owners.ts';
import { isBusy, signalsOf } from '../../signals.ts';
import type { Situation } from '../../situation.ts';
import { suspectsOf, type TroubledCall, troubledCalls, unique } from '../../troubled-calls.ts';

/** Calls that are late or lost though everybody is up: what they have in common. */
export const networkDegraded: Analyser = {
  looksFor: 'calls that are late or lost, and what they have in common',
  analyse(situation) {
    const calls = troubledCalls(situation);
    if (calls.length === 0) return [];
    // A chain of callers that wait for one at its end has more in common than the node of who speaks.
    const node = suspectsOf(calls).length > 1 ? commonNode(calls, situation) : null;
    if (node !== null) return [ofNode(node, calls, situation)];
    const border = nodeOfMeasured(calls, situation);
    return border === null
      ? suspectsOf(calls).map((ref) => ofWorkload(ref, calls, situation))
      : [atBorder(border, calls, situation)];
  },
};

/** Several callers complain from the one node, and have pods elsewhere that do not. */
function commonNode(calls: readonly TroubledCall[], { cluster }: Situation): string | null {
  const callers = unique(calls.map(({ from }) => from));
  const speaking = new Set(calls.flatMap(({ pods }) => pods));
  const nodesOf = (ref: ObjectRef, only: (pod: string) => boolean) =>
    podsOf(ref, cluster).flatMap(({ metadata, spec }) =>
      only(metadata.name) ? [spec.nodeName] : [],
    );
  const speakers = new Set(callers.flatMap((ref) => nodesOf(ref, (pod) => speaking.has(pod))));
  const [node] = speakers;
  if (callers.length < 2 || speakers.size !== 1 || node === undefined) return null;
  const silent = callers.filter((ref) =>
    nodesOf(ref, (pod) => !speaking.has(pod)).some((it) => it !== node),
  );
  // With one pod a workload, all of them on one node says little.
  return silent.length >= 2 ? node : null;
}

function ofWorkload(ref: ObjectRef, calls: readonly TroubledCall[], situation: Situation): Finding {
  const own = calls.filter(({ from, to }) => isSame(from, ref) || isSame(to, ref));
  const others = unique(own.flatMap(({ from, to }) => [from, to])).filter((it) => !isSame(it, ref));
  const outgoing = own.every(({ from }) => isSame(from, ref));
  const all = suspectsOf(calls).length === 1 && own.length > 1;
  const measured = own.some((it) => it.measured);
  const busy = !outgoing && isBusy(ref, signalsOf(situation));
  return {
    failureMode: 'network-degraded',
    object: ref,
    severity: 'critical',
    statement: `Calls ${outgoing ? 'from' : 'to'} ${nameOf(ref)} are late or lost (${others
      .map(({ name }) => name)
      .slice(0, 4)
      .join(', ')}), though it is up.`,
    why: busy
      ? 'It needs far more CPU than before, which may be why.'
      : measured
        ? 'Their duration rose, and those that wait have nothing else in common.'
        : 'Callers log timeouts or lost connections, and nothing else stands between them.',
    citations: own.flatMap(({ citations }) => citations).slice(0, 3),
    score: busy ? BUSY : (measured ? 0.68 : 0.52) + (all ? 0.08 : 0),
    explains: unique([
      ...others,
      ...situation.targets.filter((it) => calls.some(({ from }) => isSame(from, it))),
    ]),
    since: earliest(own),
  };
}

const BUSY = 0.35;
function ofNode(node: string, calls: readonly TroubledCall[], { cluster }: Situation): Finding {
  const callers = unique(calls.map(({ from }) => from));
  return {
    failureMode: 'network-degraded',
    object: nodeRef(node),
    severity: 'critical',
    statement: `Calls from pods on node ${node} are late or lost: ${callers
      .map(({ name }) => name)
      .slice(0, 5)
      .join(', ')}.`,
    why: 'Only pods on this node log it; other pods of the same workloads do not.',
    citations: calls.flatMap(({ citations }) => citations).slice(0, 3),
    score: 0.72,
    explains: workloadsOn(node, cluster),
    since: earliest(calls),
  };
}

function atBorder(node: string, calls: readonly TroubledCall[], situation: Situation): Finding {
  return {
    ...ofNode(node, calls, situation),
    statement: `Calls between node ${node} and the others are late.`,
    why: 'All that are late have an end there, of several workloads, and next to none across its border is quick.',
    score: 0.8,
  };
}

function earliest(calls: readonly TroubledCall[]): string | null {
  const times = calls.flatMap(({ since }) => since ?? []);
  return times.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}
