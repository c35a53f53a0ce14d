import type { ClusterEvent } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { restartedIn } from '../../health.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { nodeRef, workloadsOn } from '../../on-node.ts';
import { ownerOf, workloadOf } from '../../owners.ts';
import { probesOf } from '../../probes.ts';
import { isBusy, signalsOf } from '../../signals.ts';
import type { Situation } from '../../situation.ts';

/** As kubelets say that nobody answered in time; what is refused or answered wrongly says more. */
const TIMED_OUT =
  /probe failed: .*(?:within [\d.]+m?s: context deadline exceeded|did not complete within|Client\.Timeout exceeded|i\/o timeout|net\/http: request canceled)/i;
/** Fewer are what every night has. */
const ENOUGH = 3;
/** What nobody has said for so long is over. */
const OVER_MS = 5 * 60_000;
const SCORE = { node: 0.72, missed: 0.58, alone: 0.42, busy: 0.3 } as const;

/** Pods that answer their kubelets too late though they run as before: one workload's, or those of a node. */
export const probeTimeouts: Analyser = {
  looksFor: 'pods and nodes whose probes time out now and then',
  analyse(situation) {
    const late = latePods(situation);
    const node = commonNode(late, situation);
    if (node !== null) return [ofNode(node, late, situation)];
    const groups = Map.groupBy(late, ({ owner }) => keyOf(owner));
    return [...groups.values()].flatMap((group) => ofWorkload(group, situation));
  },
};

interface LatePod {
  owner: ObjectRef;
  node: string;
  event: ClusterEvent;
}

function latePods({ cluster, window }: Situation): LatePod[] {
  return cluster.pods.flatMap((pod): LatePod[] => {
    const { name, namespace } = pod.metadata;
    const events = cluster.events.filter(
      (it) =>
        it.reason === 'Unhealthy' &&
        it.kind === 'Pod' &&
        it.name === name &&
        it.namespace === namespace &&
        TIMED_OUT.test(it.message) &&
        Date.parse(it.lastAt ?? '') > Date.parse(window.to) - OVER_MS,
    );
    const [event] = events;
    const count = events.reduce((sum, it) => sum + it.count, 0);
    // What was started anew has another reason to be late: it starts.
    const isNew = pod.status.containerStatuses.some((it) => restartedIn(it, window));
    return event && count >= ENOUGH && !isNew
      ? [{ owner: ownerOf(pod, cluster), node: pod.spec.nodeName, event }]
      : [];
  });
}

/** Most workloads there that are probed, at least two, and none elsewhere. */
function commonNode(late: readonly LatePod[], { cluster }: Situation): string | null {
  const [first] = late;
  if (first === undefined || late.some(({ node }) => node !== first.node)) return null;
  const names = new Set(late.map(({ owner }) => keyOf(owner)));
  const probed = workloadsOn(first.node, cluster).filter((ref) => {
    const workload = workloadOf(ref, cluster);
    return workload !== null && probesOf(workload).length > 0;
  });
  return names.size >= 2 && names.size > probed.length / 2 ? first.node : null;
}

function ofNode(node: string, late: readonly LatePod[], { cluster, quotes }: Situation): Finding {
  const names = [...new Set(late.map(({ owner }) => owner.name))];
  return {
    failureMode: 'network-degraded',
    object: nodeRef(node),
    severity: 'critical',
    statement: `Probes of ${names.slice(0, 5).join(', ')} on node ${node} time out, and none elsewhere.`,
    why: 'The pods have only the node in common.',
    citations: late.slice(0, 3).flatMap(({ event }) => quotes.event(event)),
    score: SCORE.node,
    explains: workloadsOn(node, cluster),
    since: sinceOf(late),
  };
}

function ofWorkload(late: readonly LatePod[], situation: Situation): Finding[] {
  const [first] = late;
  if (first === undefined) return [];
  const { owner } = first;
  const { callFailures, dependencies, quotes } = situation;
  const missed = callFailures.filter(
    ({ fault, caller }) => fault === 'timed-out' && dependencies.reach(caller).has(keyOf(owner)),
  );
  const busy = isBusy(owner, signalsOf(situation));
  return [
    {
      failureMode: 'network-degraded',
      object: owner,
      severity: 'critical',
      statement: `Probes of ${nameOf(owner)} time out now and then, though it runs as before.`,
      why: busy
        ? 'It needs far more CPU than before, which may be why.'
        : missed.length > 0
          ? 'Its callers log timeouts too, and no other pod is late.'
          : 'No other pod is late.',
      citations: [
        ...late.slice(0, 2).flatMap(({ event }) => quotes.event(event)),
        ...missed.slice(0, 1).flatMap(({ entry }) => quotes.log(entry)),
      ],
      score: busy ? SCORE.busy : missed.length > 0 ? SCORE.missed : SCORE.alone,
      explains: [],
      since: sinceOf(late),
    },
  ];
}

function sinceOf(late: readonly LatePod[]): string | null {
  return (
    late
      .flatMap(({ event }) => event.firstAt ?? [])
      .sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null
  );
}
