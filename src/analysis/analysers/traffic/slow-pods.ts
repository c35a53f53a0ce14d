import { ownerOf } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { labelled, levelsOf } from '../../metric-levels.ts';
import type { MetricSeries } from '../../metrics.ts';
import { isSame, keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { nodeRef, workloadsOn } from '../../on-node.ts';
import type { Situation } from '../../situation.ts';

/** Pods that answer late, or lose packets, more than before: those of a workload, or all of a node. */
export const slowPods: Analyser = {
  looksFor: 'pods and nodes whose answers are later, or whose packets are lost more, than before',
  analyse: (situation) => [
    ...MEASURES.flatMap((measure) => byPod(measure, situation)),
    ...retransmits(situation),
  ],
};

interface Measure {
  id: MetricSeries['id'];
  says: string;
  /** Times, and by how much at least. */
  times: number;
  least: number;
  score: number;
}

const MEASURES: readonly Measure[] = [
  {
    id: 'probe-seconds',
    says: 'answer the probes of their kubelets late',
    times: 3,
    least: 0.03,
    score: 0.76,
  },
  { id: 'packets-dropped', says: 'lose packets', times: 5, least: 0.5, score: 0.74 },
  { id: 'request-seconds', says: 'take longer for requests', times: 3, least: 0.1, score: 0.5 },
];

interface Moved {
  series: MetricSeries;
  subject: ObjectRef;
  node: string;
  since: string | null;
}

function byPod(measure: Measure, situation: Situation): Finding[] {
  const { cluster, metrics } = situation;
  const placed = new Map(cluster.pods.map((pod) => [pod.metadata.name, pod]));
  const all = metrics.flatMap((series) => {
    const pod = series.id === measure.id ? placed.get(series.labels.pod ?? '') : undefined;
    return pod ? [{ series, subject: ownerOf(pod, cluster), node: pod.spec.nodeName }] : [];
  });
  const moved = all.flatMap((it): Moved[] => {
    const since = risen(it.series, measure, situation);
    return since === false ? [] : [{ ...it, since }];
  });
  if (moved.length === 0) return [];
  const node = nodeOf(moved, all);
  if (node !== null) return [ofNode(node, moved, measure, situation)];
  const groups = [...Map.groupBy(moved, ({ subject }) => keyOf(subject)).values()];
  // What needs a slow one is slow itself.
  const { dependencies } = situation;
  const deepest = groups.filter(
    ([first]) =>
      first &&
      !groups.some(
        ([other]) =>
          other && other !== first && dependencies.reach(first.subject).has(keyOf(other.subject)),
      ),
  );
  return (measure.id === 'request-seconds' ? deepest : groups).flatMap((group) =>
    ofWorkload(group, measure, situation),
  );
}

/** Since when it is higher, null where that is not to be told; false where it is not. */
function risen(
  series: MetricSeries,
  { times, least }: Measure,
  { symptom, window }: Situation,
): string | null | false {
  const levels = levelsOf(series, symptom, window);
  if (levels === null || levels.before === null) return false;
  const { before, now, since } = levels;
  return now - before >= least && now >= times * before ? since : false;
}

/** Most pods of one node, of several workloads, and next to none elsewhere. */
function nodeOf(moved: readonly Moved[], all: readonly Omit<Moved, 'since'>[]): string | null {
  const nodes = Map.groupBy(moved, ({ node }) => node);
  for (const [node, group] of nodes) {
    const workloads = new Set(group.map(({ subject }) => keyOf(subject)));
    const here = all.filter((it) => it.node === node).length;
    const elsewhere = moved.length - group.length;
    const others = all.length - here;
    if (
      workloads.size >= 2 &&
      group.length >= 0.6 * here &&
      others > 0 &&
      elsewhere <= 0.2 * others
    )
      return node;
  }
  return null;
}

function ofNode(
  node: string,
  moved: readonly Moved[],
  measure: Measure,
  { cluster, quotes }: Situation,
): Finding {
  const here = moved.filter((it) => it.node === node);
  const names = [...new Set(here.map(({ subject }) => subject.name))];
  return {
    failureMode: 'network-degraded',
    object: nodeRef(node),
    severity: 'critical',
    statement: `Pods on node ${node} ${measure.says}, those of ${names.length} workloads: ${names.slice(0, 5).join(', ')}.`,
    why: 'It began on this node alone, with pods that have only the node in common.',
    citations: here.slice(0, 3).flatMap(cite(quotes)),
    score: Math.min(0.86, measure.score + 0.12),
    explains: workloadsOn(node, cluster),
    since: here[0]?.since ?? null,
  };
}

function ofWorkload(group: readonly Moved[], measure: Measure, situation: Situation): Finding[] {
  const [first] = group;
  if (first === undefined) return [];
  const { subject } = first;
  const loaded = hasRisen('requests', subject, situation);
  const busy = hasRisen('cpu', subject, situation);
  return [
    {
      failureMode: loaded ? 'saturation' : 'network-degraded',
      object: subject,
      severity: 'critical',
      statement: `Pods of ${nameOf(subject)} ${measure.says}${loaded ? ', and get more requests' : ''}.`,
      why: loaded
        ? 'More requests came in as it became slow.'
        : 'They became slow while what they need, and other pods of their nodes, did not.',
      citations: group.slice(0, 3).flatMap(cite(situation.quotes)),
      score: busy && !loaded ? 0.4 : loaded ? 0.6 : measure.score,
      explains: [],
      since: first.since,
    },
  ];
}

const DOUBLED = 2;

function hasRisen(
  id: MetricSeries['id'],
  subject: ObjectRef,
  { metrics, symptom, window }: Situation,
): boolean {
  return metrics.some((series) => {
    if (series.id !== id || !series.subject || !isSame(series.subject, subject)) return false;
    const levels = levelsOf(series, symptom, window);
    return levels !== null && levels.before !== null && levels.now > DOUBLED * levels.before;
  });
}

function cite(quotes: Situation['quotes']) {
  return ({ series }: Pick<Moved, 'series'>) =>
    quotes.line(
      series.evidence,
      labelled(series.labels.pod ?? series.labels.node ?? series.labels.instance ?? ''),
    );
}

/** A share of segments that is sent again is normal up to about a percent. */
const RETRANSMITS: Measure = {
  id: 'node-retransmits',
  says: '',
  times: 3,
  least: 0.01,
  score: 0.8,
};

function retransmits(situation: Situation): Finding[] {
  const all = situation.metrics.filter(
    ({ id, subject }) => id === 'node-retransmits' && subject?.kind === 'Node',
  );
  const moved = all.filter((series) => risen(series, RETRANSMITS, situation) !== false);
  if (moved.length === 0 || moved.length > all.length / 2) return [];
  return moved.flatMap((series): Finding[] => {
    const name = series.subject?.name;
    if (name === undefined) return [];
    return [
      {
        failureMode: 'network-degraded',
        object: nodeRef(name),
        severity: 'critical',
        statement: `Node ${name} sends far more TCP segments again than before, and other nodes do not.`,
        why: 'Segments are sent again when they, or their acknowledgements, are lost or late.',
        citations: cite(situation.quotes)({ series }),
        score: RETRANSMITS.score,
        explains: workloadsOn(name, situation.cluster),
        since: risen(series, RETRANSMITS, situation) || null,
      },
    ];
  });
}
