import { BINARY_UNITS } from '../size.ts';

const FACTORS = new Map<string, number>([
  ['n', 1e-9],
  ['u', 1e-6],
  ['m', 1e-3],
  ['', 1],
  ...['k', 'M', 'G', 'T', 'P', 'E'].map((suffix, power): [string, number] => [
    suffix,
    1000 ** (power + 1),
  ]),
  ...BINARY_UNITS.map((suffix, power): [string, number] => [suffix, 1024 ** (power + 1)]),
]);

/**
 * The number that a resource quantity stands for, `100m` of a CPU or `128Mi` of memory; null when it is none.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(quantity: string | number | undefined): number | null {
  const match = /^([+-]?\d{1,20}(?:\.\d{0,20})?(?:[eE][+-]?\d{1,2})?)([A-Za-z]{0,2})$/.exec(
    String(quantity ?? '').trim(),
  );
  const factor = FACTORS.get(match?.[2] ?? '');
  return match === null || factor === undefined ? null : Number(match[1]) * factor;
}

/** `250m`, `1.5`, `12`: cores as kubectl prints them. */
export function formatCpu(cores: number): string {
  if (cores === 0) return '0';
  // Rounded up, so that what is used is not shown as nothing; but 950.0000001 is 950.
  return cores < 1
    ? `${Math.ceil(Number((cores * 1000).toFixed(3)))}m`
    : String(Math.round(cores * 100) / 100);
}

/** Whole percent; null where there is no whole. */
export function percentOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : Math.round((part / whole) * 100);
}
