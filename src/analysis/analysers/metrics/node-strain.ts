import { parseQuantity } from '../../../tools/kubernetes/quantity.ts';
import type { Analyser, Finding } from '../../finding.ts';
import type { MetricShift } from '../../metric-shifts.ts';
import type { MetricSeries } from '../../metrics.ts';
import { nameOf, type ObjectRef } from '../../object-ref.ts';
import { ownerOf } from '../../owners.ts';
import { percent, perSecond, quoteSeries, type Signals, signalsOf } from '../../signals.ts';
import type { Situation } from '../../situation.ts';

/** The kubelet begins to evict at about 85 to 95 % of memory and disk. */
const LIMITS = { cpu: 0.93, memory: 0.95, disk: 0.92 } as const;
const RETRANSMITTED = 0.03;
const LOST_PER_SECOND = 1;

/** Nodes without CPU, memory or disk to spare, and those that lose packets. */
export const nodeStrain: Analyser = {
  looksFor: 'nodes that run out of CPU, memory or disk, or lose packets',
  analyse(situation) {
    const signals = signalsOf(situation);
    return situation.cluster.nodes.flatMap(({ metadata }) => {
      const ref = { kind: 'Node', namespace: null, name: metadata.name };
      return [...usedUp(ref, signals, situation), ...lossy(ref, signals, situation)];
    });
  },
};

function usedUp(ref: ObjectRef, signals: Signals, situation: Situation): Finding[] {
  return (['cpu', 'memory', 'disk'] as const).flatMap((resource): Finding[] => {
    const share = signals.highest('node-share', ref, resource);
    if (share === null || share.level < LIMITS[resource]) return [];
    const moved = signals.moved('node-share', ref, 'up', resource);
    const greedy = resource === 'cpu' && moved ? takesItAll(ref, signals, situation) : null;
    if (greedy !== null) return [blameOne(greedy, ref, share, situation)];
    return [
      {
        failureMode:
          resource === 'cpu' ? 'saturation' : resource === 'disk' ? 'disk-full' : 'node-pressure',
        object: ref,
        severity: moved === null ? 'warning' : 'critical',
        statement: `${percent(share.level)} of the ${resource} of ${nameOf(ref)} is used.`,
        why: moved
          ? `It was ${percent(moved.before)} before ${moved.since}.`
          : 'It was so throughout the window.',
        citations: quoteSeries(share.series, situation),
        score: moved ? 0.8 : 0.5,
        explains: workloadsOn(ref, situation),
        since: moved?.since ?? null,
      },
    ];
  });
}

const MOST = 0.5;

/** The one workload whose pod there has come to take most of the node's CPU. */
function takesItAll(ref: ObjectRef, signals: Signals, { cluster }: Situation): MetricShift | null {
  const node = cluster.nodes.find(({ metadata }) => metadata.name === ref.name);
  const cores = parseQuantity(node?.status.allocatable.cpu);
  if (cores === null) return null;
  return (
    signals.shifts.find(
      ({ series, direction, after, before }) =>
        series.id === 'cpu' &&
        direction === 'up' &&
        after >= MOST * cores &&
        after - before >= MOST * after &&
        cluster.pods.some(
          ({ metadata, spec }) =>
            spec.nodeName === ref.name &&
            metadata.name === series.labels.pod &&
            metadata.namespace === series.labels.namespace,
        ),
    ) ?? null
  );
}

function blameOne(
  { series, before, after, since }: MetricShift,
  node: ObjectRef,
  share: { series: MetricSeries; level: number },
  situation: Situation,
): Finding {
  const object = series.subject ?? node;
  return {
    failureMode: 'saturation',
    object,
    severity: 'critical',
    statement: `${nameOf(object)} takes ${after.toFixed(1)} cores, ${before.toFixed(1)} before, which is most of ${nameOf(node)}.`,
    why: `${percent(share.level)} of the CPU of the node is used since then.`,
    citations: [...quoteSeries(series, situation), ...quoteSeries(share.series, situation)],
    score: 0.84,
    explains: [node, ...workloadsOn(node, situation)],
    since,
  };
}

function lossy(ref: ObjectRef, signals: Signals, situation: Situation): Finding[] {
  const again = signals.moved('node-network', ref, 'up', 'retransmitted');
  const lost = signals.moved('node-network', ref, 'up', 'lost');
  const shift =
    again && again.after >= RETRANSMITTED
      ? again
      : lost && lost.after >= LOST_PER_SECOND
        ? lost
        : null;
  if (shift === null) return [];
  // When one node loses packets, its peers send them again too, but fewer of theirs.
  const worse = signals.shifts.some(
    ({ series, direction, after }) =>
      direction === 'up' &&
      series.id === 'node-network' &&
      series.labels.of === shift.series.labels.of &&
      after > shift.after * 1.5,
  );
  return [
    {
      failureMode: 'network-degraded',
      object: ref,
      severity: 'critical',
      statement:
        shift === again
          ? `${nameOf(ref)} sends ${percent(shift.after)} of its TCP segments again instead of ${percent(shift.before)}.`
          : `The network devices of ${nameOf(ref)} lose ${perSecond(shift.after)} packets a second.`,
      why: `It began at ${shift.since}.`,
      citations: quoteSeries(shift.series, situation),
      score: worse ? 0.5 : 0.85,
      explains: workloadsOn(ref, situation),
      since: shift.since,
    },
  ];
}

function workloadsOn({ name }: ObjectRef, { cluster }: Situation): ObjectRef[] {
  return cluster.pods
    .filter(({ spec }) => spec.nodeName === name)
    .map((pod) => ownerOf(pod, cluster));
}
