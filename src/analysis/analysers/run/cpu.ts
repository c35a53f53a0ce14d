import { parseQuantity } from '../../../tools/kubernetes/quantity.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { type Levels, labelled, levelsOf } from '../../metric-levels.ts';
import type { MetricSeries } from '../../metrics.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { workloadOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** Of the scheduling periods of a container; some throttling is everyday life. */
const THROTTLED_SHARE = 0.25;
const AT_LIMIT = 0.85;
/** How many times as much as before is no chance, and how many cores are worth a word. */
const TIMES = 2;
const CORES = 0.2;
/** When so many workloads use more at once, it is the load. */
const MANY = 4;

interface Busy {
  series: MetricSeries;
  subject: ObjectRef;
  levels: Levels;
  /** Of the CPU limit of its pod; null without one. */
  share: number | null;
}

/** Pods that their CPU limit holds back, and workloads that suddenly need far more CPU than they did. */
export const cpu: Analyser = {
  looksFor: 'processes that their CPU limit throttles or that use far more CPU',
  analyse(situation) {
    const busy = mostOf(situation, 'cpu');
    const throttled = mostOf(situation, 'throttled').filter(
      ({ levels: { now, before } }) => now >= THROTTLED_SHARE && now > (before ?? 0) * 1.5,
    );
    const risen = busy.filter(
      ({ levels: { now, before } }) => before !== null && now >= CORES && now >= before * TIMES,
    );
    return [
      ...throttled.map((it) => throttling(it, busy, situation)),
      ...risen
        .filter(({ subject }) => throttled.every((it) => keyOf(it.subject) !== keyOf(subject)))
        .map((it) => saturation(it, risen.length, situation)),
    ];
  },
};

/** Of each workload the pod with the highest level now. */
function mostOf(situation: Situation, id: 'cpu' | 'throttled'): Busy[] {
  const { metrics, symptom, window } = situation;
  const all = metrics.flatMap((series): Busy[] => {
    const { subject } = series;
    if (series.id !== id || subject === null || subject.kind === 'Node') return [];
    const levels = levelsOf(series, symptom, window);
    const limit = limitOf(subject, situation);
    const share = levels && limit ? levels.now / limit : null;
    return levels ? [{ series, subject, levels, share }] : [];
  });
  return [...Map.groupBy(all, ({ subject }) => keyOf(subject)).values()].flatMap(
    (group) => group.toSorted((a, b) => b.levels.now - a.levels.now)[0] ?? [],
  );
}

/** Null where any container has none, and so may take what the node has. */
function limitOf(subject: ObjectRef, { cluster }: Situation): number | null {
  const limits = workloadOf(subject, cluster)?.template.spec.containers.map(({ resources }) =>
    parseQuantity(resources.limits.cpu),
  );
  return (
    limits?.reduce<number | null>(
      (sum, limit) => (sum === null || limit === null ? null : sum + limit),
      0,
    ) ?? null
  );
}

function throttling(
  { series, subject, levels }: Busy,
  busy: readonly Busy[],
  { quotes }: Situation,
): Finding {
  const use = busy.find((it) => keyOf(it.subject) === keyOf(subject));
  const isAtLimit = (use?.share ?? 0) >= AT_LIMIT;
  const pod = labelled(series.labels.pod ?? '');
  return {
    failureMode: 'cpu-throttled',
    object: subject,
    severity: 'critical',
    statement: `The CPU limit of ${nameOf(subject)} throttles it in ${percent(levels.now)} of its periods, ${percent(levels.before ?? 0)} before.`,
    why: isAtLimit
      ? `Pod ${series.labels.pod} uses ${percent(use?.share ?? 0)} of its CPU limit.`
      : `Throttling of pod ${series.labels.pod} has risen.`,
    citations: [
      ...quotes.line(series.evidence, pod),
      ...(use ? quotes.line(use.series.evidence, pod) : []),
      ...quotes.object(subject, /^\s+limits .*cpu=/).slice(0, 1),
    ],
    score: isAtLimit || levels.now >= 2 * THROTTLED_SHARE ? 0.9 : 0.75,
    explains: [],
    since: levels.since,
  };
}

function saturation(
  { series, subject, levels, share }: Busy,
  risen: number,
  { quotes }: Situation,
): Finding {
  const isAtLimit = share !== null && share >= AT_LIMIT;
  return {
    // At its limit a process is throttled, whether or not anybody counts how often.
    failureMode: isAtLimit ? 'cpu-throttled' : 'saturation',
    object: subject,
    severity: isAtLimit ? 'critical' : 'warning',
    statement: `${nameOf(subject)} uses ${levels.now.toFixed(2)} cores, ${(levels.before ?? 0).toFixed(2)} before${share === null ? '' : `: ${percent(share)} of its limit`}.`,
    why: `The CPU use of pod ${series.labels.pod} has risen${risen < MANY ? ', and that of few others' : ', as that of many others'}.`,
    citations: [
      ...quotes.line(series.evidence, labelled(series.labels.pod ?? '')),
      ...quotes.object(subject, /^\s+limits /).slice(0, 1),
    ],
    score: (isAtLimit ? 0.85 : 0.7) * (risen < MANY ? 1 : 0.6),
    explains: [],
    since: levels.since,
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
