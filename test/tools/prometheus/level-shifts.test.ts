import { describe, expect, it } from 'vitest';
import { findLevelShifts } from '../../../src/tools/prometheus/level-shifts.ts';
import { seeded } from '../../evidence/random.ts';

const N = 240;

function values(at: (index: number) => number, length = N): number[] {
  return Array.from({ length }, (_, index) => at(index));
}

/** Noise with a standard deviation of about 1: the sum of twelve even draws. */
function noise(seed: number): () => number {
  const { int } = seeded(seed);
  return () => Array.from({ length: 12 }, () => int(10_000) / 10_000).reduce((a, b) => a + b) - 6;
}

describe('findLevelShifts', () => {
  it('finds a step, with the levels on both sides', () => {
    expect(findLevelShifts(values((at) => (at < 100 ? 3 : 2)))).toEqual([
      { index: 100, before: 3, after: 2 },
    ]);
  });

  it('finds every one of 200 steps of five times the noise, to within two points', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const draw = noise(seed);
      const [shift, ...more] = findLevelShifts(values((at) => (at < 100 ? 10 : 16) + draw()));
      expect(more).toEqual([]);
      expect(Math.abs((shift?.index ?? 0) - 100)).toBeLessThanOrEqual(2);
    }
  });

  it('finds an excursion that comes back', () => {
    expect(findLevelShifts(values((at) => (at >= 100 && at < 120 ? 10 : 0)))).toEqual([
      { index: 100, before: 0, after: 10 },
      { index: 120, before: 10, after: 0 },
    ]);
  });

  it('finds the middle of a step that a rate over minutes has smeared', () => {
    const smeared = values((at) => Math.min(1, Math.max(0, (at - 100) / 20)));
    expect(findLevelShifts(smeared)).toMatchObject([{ before: 0, after: 1 }]);
    const [{ index } = { index: 0 }] = findLevelShifts(smeared);
    expect(Math.abs(index - 110)).toBeLessThanOrEqual(2);
  });

  it('sees through a few spikes', () => {
    const spiky = values((at) => (at % 50 === 7 ? 1_000 : at < 120 ? 1 : 2));
    expect(findLevelShifts(spiky)).toEqual([{ index: 120, before: 1, after: 2 }]);
  });

  it('finds a level that has just begun, from five points on', () => {
    expect(findLevelShifts(values((at) => (at < N - 5 ? 1 : 3)))).toHaveLength(1);
    expect(findLevelShifts(values((at) => (at < N - 4 ? 1 : 3)))).toEqual([]);
  });

  it.each<[string, (at: number) => number]>([
    ['a constant', () => 5],
    ['a ramp', (at) => at],
    ['growth', (at) => Math.exp(at / 40)],
    ['waves', (at) => Math.sin(at / 10)],
    ['a sawtooth', (at) => at % 40],
    ['flapping', (at) => at % 2],
    ['a spike of three points', (at) => (at >= 50 && at < 53 ? 1_000 : 1)],
    ['the rounding of floating point', (at) => (at < 100 ? 0.1 + 0.2 : 0.3)],
  ])('finds none in %s', (_name, at) => {
    expect(findLevelShifts(values(at))).toEqual([]);
  });

  it('finds none in 300 series of noise', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const draw = noise(seed);
      expect(findLevelShifts(values(draw, 30 + (seed % 200)))).toEqual([]);
    }
  });

  it.each([[[]], [[1]], [[1, 2, 3]]])('finds none in %j, which is too short', (few) => {
    expect(findLevelShifts(few)).toEqual([]);
  });

  it('keeps apart large values that differ little', () => {
    expect(findLevelShifts(values((at) => 1e12 + (at < 60 ? 0 : 100_000)))).toEqual([
      { index: 60, before: 1e12, after: 1e12 + 100_000 },
    ]);
  });
});
