import { formatBytes } from '../size.ts';
import type { Labels } from './answers.ts';

/** Prometheus writes the values that JSON numbers cannot hold as `NaN`, `+Inf` and `-Inf`. */
export function parseValue(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** Of arithmetic on floating-point numbers, as a share of them; far less than five digits show. */
const ERROR = 1e-12;

/** Whole numbers to the digit, so that they can be compared with limits; others to five digits. */
function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  const whole = Math.round(value);
  if (Math.abs(value - whole) <= ERROR * Math.abs(value) && Math.abs(value) < 1e15) {
    return String(whole);
  }
  return String(Number(value.toPrecision(5)));
}

/** Whether they are the same as they are shown: the rest is below what anybody measures. */
export function looksSame(a: number, b: number): boolean {
  return formatValue(a) === formatValue(b);
}

/** For the values of a series: those of a metric that is named after bytes as `62914560 (60Mi)`. */
export function formatOf({ __name__: name = '' }: Labels): (value: number) => string {
  if (!name.endsWith('_bytes')) return formatValue;
  return (value) => {
    const large = Number.isFinite(value) && Math.abs(value) >= 1024;
    return large ? `${formatValue(value)} (${formatBytes(value)})` : formatValue(value);
  };
}

/** Of a sample, as Prometheus wrote it. */
export function formatSample(text: string): string {
  return formatValue(parseValue(text));
}
