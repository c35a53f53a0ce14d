/** Prometheus writes the values that JSON numbers cannot hold as `NaN`, `+Inf` and `-Inf`. */
export function parseValue(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** Whole numbers to the digit, so that they can be compared with limits; others to five digits. */
export function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return String(Number(value.toPrecision(5)));
}

/** Of a sample, as Prometheus wrote it. */
export function formatSample(text: string): string {
  return formatValue(parseValue(text));
}
