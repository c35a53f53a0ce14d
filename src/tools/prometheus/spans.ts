import type { Sample } from './answers.ts';

/** A part of a range, in Unix seconds. */
export interface Span {
  from: number;
  to: number;
}

/** The unbroken runs, each from its first to its last point, of a series that has points only while something holds. */
export function spansOf(values: readonly Sample[], stepSeconds: number): Span[] {
  const spans: Span[] = [];
  for (const [at] of values) {
    const last = spans.at(-1);
    if (last && at - last.to <= 1.5 * stepSeconds) last.to = at;
    else spans.push({ from: at, to: at });
  }
  return spans;
}
