import { isSecretName } from '../../evidence/secret-names.ts';
import type { Labels } from './answers.ts';
import { commonLabels } from './labels.ts';

export interface LabelFold {
  name: string;
  /** How many different values it has. */
  values: number;
  /** How many of the series have it. */
  series: number;
  examples: string[];
}

/** What series share, and how they differ: the labels with the fewest values first, by which one would group. */
export function foldSeries(
  series: readonly Labels[],
  examples: number,
): { common: Labels; labels: LabelFold[] } {
  const [only] = series;
  const common = series.length === 1 && only ? only : commonLabels(series);
  const seen = new Map<string, Map<string, number>>();
  for (const labels of series) {
    for (const [name, value] of Object.entries(labels)) {
      if (name in common) continue;
      const counts = seen.get(name) ?? new Map<string, number>();
      counts.set(value, (counts.get(value) ?? 0) + 1);
      seen.set(name, counts);
    }
  }
  const folds = [...seen].map(([name, counts]) => ({
    name,
    values: counts.size,
    series: [...counts.values()].reduce((sum, count) => sum + count, 0),
    // Those that most series have; in a list nobody would know a secret for one.
    examples: [...counts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, isSecretName(name) ? 0 : examples)
      .map(([value]) => value),
  }));
  return { common, labels: folds.sort((a, b) => a.values - b.values) };
}
