import { parseQuantity } from '../../../tools/kubernetes/quantity.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { labelled, median } from '../../metric-levels.ts';
import type { MetricSeries } from '../../metrics.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { workloadOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

const PARTS = 6;
const MIN_POINTS = 20;
const GROWTH = 1.4;
/** Of the limit; below it, growth may well be a cache that fills. */
const NEAR_LIMIT = 0.75;
const BETWEEN_KILLS = 0.93;

/** Memory that does nothing but grow, towards its limit or from one kill to the next. */
export const memoryLeak: Analyser = {
  looksFor: 'memory that grows steadily',
  analyse(situation) {
    const found = situation.metrics.flatMap((series) => leakIn(series, situation));
    // Pods of one workload leak alike.
    return [...Map.groupBy(found, ({ object }) => keyOf(object)).values()].flatMap(
      (group) => group.toSorted((a, b) => b.score - a.score)[0] ?? [],
    );
  },
};

function leakIn(series: MetricSeries, { cluster, quotes }: Situation): Finding[] {
  const { id, subject, points, labels, evidence } = series;
  if (id !== 'memory' || subject === null || points.length < MIN_POINTS) return [];
  const values = points.map(([, value]) => value);
  const limit = limitOf(subject, cluster);
  const last = values.slice(-3);
  const [start = 0, end = 0] = [median(values.slice(0, 3)) ?? 0, median(last) ?? 0];
  const share = limit === null ? null : end / limit;
  const drops = sawtooth(values);
  const steady = drops === 0 && isRising(values) && end >= start * GROWTH;
  if (!steady && drops < 2) return [];
  if (steady && share !== null && share < NEAR_LIMIT) return [];
  const since = points[0]?.[0];
  return [
    {
      failureMode: 'memory-leak',
      object: subject,
      severity: 'critical',
      statement: `The memory of ${nameOf(subject)} grows steadily, ${size(start)} to ${size(end)}${share === null ? '' : `, ${Math.round(share * 100)} % of its limit`}.`,
      why:
        drops >= 2
          ? `Pod ${labels.pod} grew and fell back ${drops} times, as what leaks and is killed does.`
          : `Pod ${labels.pod} only ever grew over the whole window.`,
      citations: quotes.line(evidence, labelled(labels.pod ?? '')),
      score: drops >= 2 ? BETWEEN_KILLS : share === null ? 0.6 : 0.8,
      explains: [],
      since: since === undefined ? null : new Date(since * 1000).toISOString(),
    },
  ];
}

function limitOf(subject: ObjectRef, cluster: Situation['cluster']): number | null {
  const limits = workloadOf(subject, cluster)?.template.spec.containers.map(({ resources }) =>
    parseQuantity(resources.limits.memory),
  );
  return (
    limits?.reduce<number | null>(
      (sum, limit) => (sum === null || limit === null ? null : sum + limit),
      0,
    ) ?? null
  );
}

/** Each sixth of the window lies higher than the one before. */
function isRising(values: readonly number[]): boolean {
  const size = Math.floor(values.length / PARTS);
  const parts = Array.from(
    { length: PARTS },
    (_, index) => median(values.slice(index * size, (index + 1) * size)) ?? 0,
  );
  return parts.every((part, index) => index === 0 || part > (parts[index - 1] ?? 0) * 1.02);
}

/** How often it fell to less than half after it had grown for at least five points. */
function sawtooth(values: readonly number[]): number {
  let drops = 0;
  let climbed = 0;
  for (const [index, value] of values.entries()) {
    const before = values[index - 1] ?? value;
    if (value < before * 0.5) {
      if (climbed >= 5) drops += 1;
      climbed = 0;
    } else if (value > before * 1.005) climbed += 1;
  }
  return drops;
}

function size(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
