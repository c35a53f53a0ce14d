import type { TimeWindow } from '../../alert/window.ts';
import { formatAge, parseDuration } from '../time-range.ts';
import { ToolError } from '../tool.ts';

/** Enough for any shape that matters, and far from where Prometheus refuses. */
const TARGET_POINTS = 240;
/** Prometheus answers with at most so many points a series. */
const MAX_POINTS = 11_000;
/** Steps that people use, in seconds. Shorter than a usual scrape interval would only repeat points. */
const STEPS = [15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];

/**
 * Seconds from one point of a range to the next.
 *
 * @param text A duration; about 240 points when there is none.
 * @throws ToolError for what is no duration, or would give more than 11,000 points.
 */
export function resolveStep(text: string | undefined, range: TimeWindow): number {
  if (text === undefined || text.trim() === '') return chooseStep(range);
  const ms = parseDuration(text.trim());
  if (ms === null) {
    throw new ToolError(`step: "${text}" is not a duration. Use one such as "30s" or "5m".`);
  }
  const seconds = secondsOf(range);
  const points = Math.floor((seconds * 1000) / ms) + 1;
  if (points <= MAX_POINTS) return ms / 1000;
  throw new ToolError(
    `step: "${text}" gives ${points.toLocaleString('en')} points a series, and Prometheus answers with at most ` +
      `11,000. The smallest step over ${formatAge(seconds * 1000)} is "${smallestStep(seconds)}s".`,
  );
}

export function chooseStep(range: TimeWindow): number {
  const wanted = secondsOf(range) / TARGET_POINTS;
  return STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted);
}

function smallestStep(seconds: number): number {
  return Math.ceil(seconds / (MAX_POINTS - 1));
}

function secondsOf({ from, to }: TimeWindow): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
