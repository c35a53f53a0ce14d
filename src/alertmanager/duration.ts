const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
  ['y', 365 * 86_400_000],
]);

/** Milliseconds of a duration as Prometheus' programs write it, such as `1h30m`; of anything else what can be read. */
export function durationMs(text: string): number {
  const parts = text.matchAll(/(\d+)(ms|[smhdwy])/g);
  return [...parts].reduce((sum, [, n, unit = '']) => sum + Number(n) * (UNITS.get(unit) ?? 0), 0);
}
