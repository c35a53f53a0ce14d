import { describe, expect, it } from 'vitest';
import { formatCpu, parseQuantity, percentOf } from '../../../src/tools/kubernetes/quantity.ts';
import { formatBytes } from '../../../src/tools/size.ts';

describe('parseQuantity', () => {
  it.each([
    ['100m', 0.1],
    ['1', 1],
    ['1.5', 1.5],
    ['.5', null],
    ['250000000n', 0.25],
    ['128Mi', 128 * 1024 ** 2],
    ['1Ei', 1024 ** 6],
    ['2k', 2_000],
    ['1E', 1e18],
    ['1e3', 1_000],
    ['12E2', 1_200],
    [4, 4],
    ['', null],
    [undefined, null],
    ['1Kb', null],
    ['ten', null],
  ])('reads %j as %j', (quantity, expected) => {
    const parsed = parseQuantity(quantity);
    if (expected === null || parsed === null) expect(parsed).toBe(expected);
    else expect(parsed).toBeCloseTo(expected, 9);
  });
});

describe('the formats', () => {
  it.each([
    [0, '0'],
    [0.0001, '1m'],
    [950 * 1e-3, '950m'],
    [1, '1'],
    [1.236, '1.24'],
  ])('show %d cores as %s', (cores, expected) => {
    expect(formatCpu(cores)).toBe(expected);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [128 * 1024 ** 2, '128Mi'],
    [1.5 * 1024 ** 3, '1.5Gi'],
    [1000 * 1024, '1Mi'],
  ])('show %d bytes as %s', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected);
  });

  it('have no share of nothing', () => {
    expect(percentOf(1, 0)).toBeNull();
    expect(percentOf(1, null)).toBeNull();
    expect(percentOf(1, 3)).toBe(33);
  });
});
