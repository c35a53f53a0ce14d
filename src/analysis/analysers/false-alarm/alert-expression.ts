import type { MetricSeries } from '../../metrics.ts';
import type { Situation } from '../../situation.ts';

/** The alert's own expression where it compares, so that a series of it is there while the rule holds, and then not. */
export interface Holding {
  series: MetricSeries;
  /** Unix seconds, both ends included. */
  runs: readonly (readonly [from: number, to: number])[];
  threshold: number | null;
}

const STEPS_OF_A_GAP = 2.5;
const COMPARISON = /[<>]=?|==|!=/;
const THRESHOLD = /[<>]=?\s*(?:bool\s+)?(\d+(?:\.\d+)?(?:e-?\d+)?)\s*\)*\s*$/i;

/** When the rules that fired held, by each series of theirs. */
export function holdings({ metrics, symptom }: Situation): Holding[] {
  return metrics
    .filter(
      ({ id, query, points }) =>
        id === null &&
        points.length > 0 &&
        symptom.expressions.includes(query) &&
        COMPARISON.test(withoutMatchers(query)),
    )
    .map((series) => ({
      series,
      runs: runsOf(series.points),
      threshold: thresholdOf(series.query),
    }));
}

/** Comparisons of labels are none of values. */
function withoutMatchers(query: string): string {
  return query.replace(/\{[^{}]*\}/g, '').replace(/"(?:[^"\\]|\\.)*"/g, '""');
}

function thresholdOf(query: string): number | null {
  const value = THRESHOLD.exec(query.trim())?.[1];
  return value === undefined ? null : Number(value);
}

function runsOf(points: MetricSeries['points']): [number, number][] {
  const steps = points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at));
  const step = Math.min(...steps, 300);
  const runs: [number, number][] = [];
  for (const [at] of points) {
    const last = runs.at(-1);
    if (last && at - last[1] <= step * STEPS_OF_A_GAP) last[1] = at;
    else runs.push([at, at]);
  }
  return runs;
}
