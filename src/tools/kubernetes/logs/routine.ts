import { levelIn } from '../../../evidence/log-level.ts';
import { maskVariables } from '../../../evidence/log-mask.ts';
import type { LogRun } from './log-lines.ts';

/** Lines that a program writes again and again, with other numbers in them. */
export interface Routine {
  /** With `<num>`, `<duration>`, … for what differs. */
  pattern: string;
  count: number;
  at: string;
  lastAt: string;
}

/** The last lines tell what went on when the log ends, so they stay as they are. */
const LAST_LINES = 20;
/** Seldom is worth reading word for word. */
const OFTEN = 5;

/**
 * Takes what is routine out of the older part of a log: ordinary lines whose pattern comes often. Warnings,
 * errors and whatever is rare stay, each in its place.
 */
export function withoutRoutine(runs: readonly LogRun[]): {
  routine: Routine[];
  kept: readonly LogRun[];
} {
  const older = runs.slice(0, -LAST_LINES);
  const byPattern = Map.groupBy(older, ({ text }) =>
    isOrdinary(text) ? maskVariables(text).trim() : null,
  );
  const routine: Routine[] = [];
  const summedUp = new Set<LogRun>();
  for (const [pattern, group] of byPattern) {
    const [first, last] = [group[0], group.at(-1)];
    if (pattern === null || group.length < OFTEN || !first || !last) continue;
    const count = group.reduce((sum, run) => sum + run.count, 0);
    routine.push({ pattern, count, at: first.at, lastAt: last.lastAt });
    for (const run of group) summedUp.add(run);
  }
  return {
    routine: routine.sort((a, b) => b.count - a.count),
    kept: runs.filter((run) => !summedUp.has(run)),
  };
}

function isOrdinary(text: string): boolean {
  const level = levelIn(text);
  return level === null || level === 'info' || level === 'debug';
}
