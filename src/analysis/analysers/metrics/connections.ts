import type { Analyser, Finding } from '../../finding.ts';
import { levelAtEnd } from '../../metric-shifts.ts';
import type { MetricSeries } from '../../metrics.ts';
import { nameOf, type ObjectRef } from '../../object-ref.ts';
import { percent, quoteSeries, signalsOf } from '../../signals.ts';
import type { Situation } from '../../situation.ts';

const EXHAUSTED = 0.93;

/** Stores, and pools of their clients, whose connections are all in use. */
export const connections: Analyser = {
  looksFor: 'stores and pools whose connections are used up',
  analyse: (situation) =>
    situation.metrics
      .filter(({ id }) => id === 'connection-share')
      .flatMap((series) => exhausted(series, situation)),
};

function exhausted(series: MetricSeries, situation: Situation): Finding[] {
  const share = levelAtEnd(series, situation.window);
  const object = series.subject === null ? null : measuredBy(series.subject, situation);
  if (object === null || share === null || share < EXHAUSTED) return [];
  const isPool = series.labels.of === 'pool';
  const moved = signalsOf(situation).shifts.find((shift) => shift.series === series);
  return [
    {
      failureMode: 'connection-pool-exhausted',
      object,
      severity: 'critical',
      statement: isPool
        ? `${percent(share)} of the connections in the pool of ${nameOf(object)} are in use.`
        : `${percent(share)} of the connections that ${nameOf(object)} allows are taken.`,
      why: moved
        ? `They were ${percent(moved.before)} before ${moved.since}.`
        : 'It was so throughout the window.',
      citations: quoteSeries(series, situation),
      score: moved ? 0.85 : 0.6,
      explains: [],
      since: moved?.since ?? null,
    },
  ];
}

const EXPORTER = /^(?:prometheus-)?([a-z0-9-]+?)(?:-(?:prometheus-)?(?:exporter|metrics))$/;

/** What an exporter of its own measures is not the exporter. */
function measuredBy(subject: ObjectRef, { cluster }: Situation): ObjectRef {
  const name = EXPORTER.exec(subject.name)?.[1];
  const store = cluster.workloads.find(
    ({ ref }) => ref.namespace === subject.namespace && ref.name === name,
  );
  return store?.ref ?? subject;
}
