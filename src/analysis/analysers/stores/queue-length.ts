import type { Analyser, Finding } from '../../finding.ts';
import { labelled, levelsOf } from '../../metric-levels.ts';
import type { MetricSeries } from '../../metrics.ts';
import { nameOf, type ObjectRef } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { storeKindOf } from '../../stores.ts';

const MESSAGES = 500;
const TIMES = 3;

/** Queues whose length has risen far, by the exporters of RabbitMQ and Kafka. */
export const queueLength: Analyser = {
  looksFor: 'queues that grow',
  analyse: (situation) => situation.metrics.flatMap((series) => growth(series, situation)),
};

function growth(series: MetricSeries, situation: Situation): Finding[] {
  const { quotes, symptom, window } = situation;
  const { id, labels, evidence } = series;
  const levels = id === 'queue-length' ? levelsOf(series, symptom, window) : null;
  const name = labels.consumergroup ?? labels.queue;
  if (levels === null || name === undefined) return [];
  if (levels.now < MESSAGES || levels.now < (levels.before ?? 0) * TIMES) return [];
  const object = consumerOf(name, labels.namespace ?? '', situation);
  if (object === null) return [];
  return [
    {
      failureMode: 'queue-backlog',
      object,
      severity: 'critical',
      statement: `${Math.round(levels.now)} messages wait in ${name}, ${Math.round(levels.before ?? 0)} before: ${nameOf(object)} does not take them.`,
      why: 'The queue grows faster than it is consumed.',
      citations: quotes.line(evidence, labelled(name)),
      score: object.name === name ? 0.85 : 0.72,
      explains: [],
      since: levels.since,
    },
  ];
}

/** Queues and groups are called after who reads them, more often than not; else the broker has to answer for it. */
function consumerOf(name: string, namespace: string, { cluster }: Situation): ObjectRef | null {
  const inside = cluster.workloads.filter(({ ref }) => ref.namespace === namespace);
  const named =
    inside.find(({ ref }) => ref.name === name) ??
    inside.find(({ ref }) => name.startsWith(`${ref.name}.`) || name.startsWith(`${ref.name}-`)) ??
    inside.find((it) => ['rabbitmq', 'kafka'].includes(storeKindOf(it) ?? ''));
  return named?.ref ?? null;
}
