import type { Analyser, Finding } from '../../finding.ts';
import type { MetricShift } from '../../metric-shifts.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { percent, perSecond, quoteSeries, type Signals, signalsOf } from '../../signals.ts';
import type { Situation } from '../../situation.ts';

const SURGE = 1.6;
const BUSY = 0.85;
const THROTTLED = 0.25;

/** More requests than a workload has the capacity for. */
export const trafficSurge: Analyser = {
  looksFor: 'more requests than there is capacity for',
  analyse(situation) {
    const signals = signalsOf(situation);
    const strained = signals.subjects('requests').flatMap((ref) => strain(ref, signals) ?? []);
    // Load goes down the chain: what strains further down is what cannot take it.
    const deepest = strained.filter(({ ref }) => {
      const reach = situation.dependencies.reach(ref);
      return !strained.some(
        (other) => other.signs.length >= 1 && reach.has(keyOf(other.ref)) && other.ref !== ref,
      );
    });
    return deepest.map((it) => findingOf(it, situation, strained));
  },
};

interface Strain {
  ref: ObjectRef;
  surge: MetricShift;
  signs: { text: string; series: MetricShift['series'] }[];
}

function strain(ref: ObjectRef, signals: Signals): Strain | null {
  const surge = signals.moved('requests', ref, 'up');
  if (surge === null || surge.after < surge.before * SURGE) return null;
  const usage = signals.highest('limit-share', ref, 'cpu');
  const throttled = signals.highest('throttled', ref);
  const held = signals.highest('connection-share', ref);
  const slower = signals.moved('duration', ref, 'up');
  const signs = [
    ...(usage && usage.level >= BUSY
      ? [{ text: `uses ${percent(usage.level)} of its CPU limit`, series: usage.series }]
      : []),
    ...(throttled && throttled.level >= THROTTLED
      ? [
          {
            text: `is throttled in ${percent(throttled.level)} of the periods`,
            series: throttled.series,
          },
        ]
      : []),
    ...(held && held.level >= BUSY
      ? [{ text: `has ${percent(held.level)} of its connections in use`, series: held.series }]
      : []),
    ...(slower && slower.after >= slower.before * 1.5
      ? [{ text: 'answers more slowly', series: slower.series }]
      : []),
  ];
  return signs.length === 0 ? null : { ref, surge, signs };
}

function findingOf(
  { ref, surge, signs }: Strain,
  situation: Situation,
  all: readonly Strain[],
): Finding {
  const hard = signs.filter(({ text }) => !text.startsWith('answers'));
  return {
    failureMode: 'saturation',
    object: ref,
    severity: 'critical',
    statement: `${nameOf(ref)} gets ${perSecond(surge.after)} requests a second instead of ${perSecond(surge.before)}, and ${signs.map(({ text }) => text).join(', ')}.`,
    why: `The requests rose at ${surge.since}, and the strain came with them.`,
    citations: [surge.series, ...signs.map(({ series }) => series)].flatMap((series) =>
      quoteSeries(series, situation).slice(0, 1),
    ),
    score: hard.length > 0 ? 0.85 : 0.6,
    explains: all.filter((it) => it.ref !== ref).map((it) => it.ref),
    since: surge.since,
  };
}
