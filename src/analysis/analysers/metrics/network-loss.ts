import type { Analyser, Finding } from '../../finding.ts';
import type { MetricShift } from '../../metric-shifts.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { ownerOf } from '../../owners.ts';
import { perSecond, quoteSeries, signalsOf } from '../../signals.ts';
import type { Situation } from '../../situation.ts';

const LOST_PER_SECOND = 0.5;
const WORKLOADS_OF_A_NODE = 2;

/** Pods whose packets get lost: of one workload, or all of one node. */
export const networkLoss: Analyser = {
  looksFor: 'pods that lose packets',
  analyse(situation) {
    const lost = signalsOf(situation).shifts.filter(
      ({ series, direction, after }) =>
        series.id === 'network-loss' && direction === 'up' && after >= LOST_PER_SECOND,
    );
    const node = commonNode(lost, situation);
    if (node !== null) return [findingOf(node, lost, situation)];
    const bySubject = Map.groupBy(lost, ({ series: { subject } }) => subject && keyOf(subject));
    return [...bySubject.values()].flatMap((shifts) => {
      const subject = shifts[0]?.series.subject;
      return subject ? [findingOf(subject, shifts, situation)] : [];
    });
  },
};

/** The node on which all of them are, when they are of several workloads that have pods elsewhere too, or nothing else is on it. */
function commonNode(lost: readonly MetricShift[], { cluster }: Situation): ObjectRef | null {
  const pods = lost.flatMap(
    ({ series: { labels } }) =>
      cluster.pods.find(
        ({ metadata }) => metadata.name === labels.pod && metadata.namespace === labels.namespace,
      ) ?? [],
  );
  const nodes = new Set(pods.map(({ spec }) => spec.nodeName));
  const workloads = new Set(pods.map((pod) => keyOf(ownerOf(pod, cluster))));
  const [name] = nodes;
  return nodes.size === 1 && name && workloads.size >= WORKLOADS_OF_A_NODE
    ? { kind: 'Node', namespace: null, name }
    : null;
}

function findingOf(
  object: ObjectRef,
  shifts: readonly MetricShift[],
  situation: Situation,
): Finding {
  const worst = shifts.toSorted((a, b) => b.after - a.after)[0];
  const since = shifts.map((it) => it.since).sort()[0] ?? null;
  const subjects = shifts.flatMap(({ series: { subject } }) => subject ?? []);
  return {
    failureMode: 'network-degraded',
    object,
    severity: 'critical',
    statement: `Pods of ${nameOf(object)} lose up to ${perSecond(worst?.after ?? 0)} packets a second.`,
    why: `They lost ${perSecond(worst?.before ?? 0)} before ${since ?? 'that'}.`,
    citations: shifts.slice(0, 3).flatMap(({ series }) => quoteSeries(series, situation)),
    score: 0.84,
    explains: object.kind === 'Node' ? subjects : [],
    since,
  };
}
