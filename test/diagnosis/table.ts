import { alignColumns } from '../../src/tools/table.ts';
import type { Score } from './score.ts';

/** Prints what went wrong (or everything), a row for each family and the totals last; gives the share of right first answers. */
export function printScores(scores: readonly Score[], all: boolean): number {
  for (const { name, top1, said } of scores) {
    if (all || !top1) console.log(`${top1 ? 'right' : 'WRONG'}  ${name}: ${said}`);
  }
  const families = Map.groupBy(scores, ({ family }) => family);
  const heading = [
    '',
    'cases',
    'top-1',
    'top-3',
    'false blame',
    'abstained',
    'sure, right',
    'sure, wrong',
    'seconds',
  ];
  const rows = [...families].map(([family, group]) => rowOf(family, group));
  for (const line of alignColumns([heading, ...rows, rowOf('all', scores)])) console.log(line);
  return share(scores, ({ top1 }) => top1);
}

function rowOf(name: string, scores: readonly Score[]): string[] {
  const percent = (test: (score: Score) => boolean) =>
    `${(100 * share(scores, test)).toFixed(1)} %`;
  const seconds = scores.map((score) => score.seconds).sort((a, b) => a - b);
  return [
    name,
    String(scores.length),
    percent(({ top1 }) => top1),
    percent(({ top3 }) => top3),
    percent(({ falseBlame }) => falseBlame),
    percent(({ abstained }) => abstained),
    meanConfidence(scores.filter(({ top1 }) => top1)),
    meanConfidence(scores.filter(({ top1 }) => !top1)),
    `${(seconds[Math.floor(seconds.length / 2)] ?? 0).toFixed(2)} (p50)`,
  ];
}

/** A ranking is calibrated when it is as sure as it is often right. */
function meanConfidence(scores: readonly Score[]): string {
  const values = scores.flatMap(({ confidence }) => confidence ?? []);
  const sum = values.reduce((all, value) => all + value, 0);
  return values.length === 0 ? '-' : (sum / values.length).toFixed(2);
}

function share(scores: readonly Score[], test: (score: Score) => boolean): number {
  return scores.filter(test).length / Math.max(1, scores.length);
}
