import type { Analyser, Finding } from '../../finding.ts';
import { levelsOf } from '../../metric-levels.ts';
import type { MetricSeries } from '../../metrics.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { nodeRef, workloadsOn } from '../../on-node.ts';
import { ownerOf } from '../../owners.ts';
import { quoteSeries, signalsOf } from '../../signals.ts';
import type { Situation } from '../../situation.ts';

/** Pods that answer the probes of their kubelet later than before: those of a workload, or all of a node. */
export const slowPods: Analyser = {
  looksFor: 'pods and nodes that answer probes later than before',
  analyse(situation) {
    const measured = measuredPods(situation);
    const moved = measured.flatMap((it): Moved[] => {
      const rise = riseOf(it.series, situation);
      return rise === null ? [] : [{ ...it, since: rise.since }];
    });
    const node = commonNode(moved, measured);
    if (node !== null) return [ofNode(node, moved, situation)];
    const groups = Map.groupBy(moved, ({ subject }) => keyOf(subject));
    return [...groups.values()].flatMap((group) => ofWorkload(group, situation));
  },
};

interface Measured {
  series: MetricSeries;
  subject: ObjectRef;
  node: string;
}

interface Moved extends Measured {
  since: string | null;
}

function measuredPods({ cluster, metrics }: Situation): Measured[] {
  const placed = new Map(
    cluster.pods.map((pod) => [`${pod.metadata.namespace}/${pod.metadata.name}`, pod]),
  );
  return metrics.flatMap((series) => {
    const { namespace = '', pod: name = '' } = series.labels;
    const pod = series.id === 'probe-seconds' ? placed.get(`${namespace}/${name}`) : undefined;
    return pod ? [{ series, subject: ownerOf(pod, cluster), node: pod.spec.nodeName }] : [];
  });
}

const TIMES = 3;
const LEAST_SECONDS = 0.03;

function riseOf(
  series: MetricSeries,
  { symptom, window }: Situation,
): { since: string | null } | null {
  const levels = levelsOf(series, symptom, window);
  if (levels === null || levels.before === null) return null;
  const { before, now, since } = levels;
  return now - before >= LEAST_SECONDS && now >= TIMES * before ? { since } : null;
}

/** Most pods of one node, of several workloads, and next to none elsewhere. */
function commonNode(moved: readonly Moved[], all: readonly Measured[]): string | null {
  for (const [node, group] of Map.groupBy(moved, (it) => it.node)) {
    const workloads = new Set(group.map(({ subject }) => keyOf(subject)));
    const here = all.filter((it) => it.node === node).length;
    const [others, elsewhere] = [all.length - here, moved.length - group.length];
    if (
      workloads.size >= 2 &&
      group.length >= 0.6 * here &&
      others > 0 &&
      elsewhere <= 0.2 * others
    ) {
      return node;
    }
  }
  return null;
}

function ofNode(node: string, moved: readonly Moved[], situation: Situation): Finding {
  const here = moved.filter((it) => it.node === node);
  const names = [...new Set(here.map(({ subject }) => subject.name))];
  return {
    failureMode: 'network-degraded',
    object: nodeRef(node),
    severity: 'critical',
    statement: `Pods on node ${node} answer the probes of its kubelet late, those of ${names.length} workloads: ${names.slice(0, 5).join(', ')}.`,
    why: 'It began on this node alone, with pods that have only the node in common.',
    citations: here.slice(0, 2).flatMap(({ series }) => quoteSeries(series, situation)),
    score: 0.86,
    explains: workloadsOn(node, situation.cluster),
    since: here[0]?.since ?? null,
  };
}

function ofWorkload(group: readonly Moved[], situation: Situation): Finding[] {
  const [first] = group;
  if (first === undefined) return [];
  const busy = signalsOf(situation).moved('cpu', first.subject, 'up') !== null;
  return [
    {
      failureMode: 'network-degraded',
      object: first.subject,
      severity: 'critical',
      statement: `Pods of ${nameOf(first.subject)} answer the probes of their kubelets late.`,
      why: busy
        ? 'They use more CPU than before, which may be why.'
        : 'They use no more CPU than before, and other pods of their nodes answer as ever.',
      citations: group.slice(0, 2).flatMap(({ series }) => quoteSeries(series, situation)),
      score: busy ? 0.4 : 0.76,
      explains: [],
      since: first.since,
    },
  ];
}
