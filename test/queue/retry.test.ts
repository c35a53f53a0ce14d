import { describe, expect, test } from 'vitest';
import { ATTEMPTS, isLastTry, MAX_STARTS, retryDelayMs } from '../../src/queue/retry.ts';

describe('the delay before a retry', () => {
  test('doubles with each failure, up to five minutes', () => {
    const delays = [1, 2, 3, 9, 10, 11, 1_000].map((failures) => retryDelayMs(failures, 0));
    expect(delays).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000, 300_000]);
  });

  test('is taken down by chance, by a half at most', () => {
    expect(retryDelayMs(3, 0.5)).toBe(3_000);
    expect(retryDelayMs(3, 1)).toBe(2_000);
  });
});

describe('the last try', () => {
  test('is the one that uses up the failures', () => {
    expect(isLastTry(ATTEMPTS - 2, 1)).toBe(false);
    expect(isLastTry(ATTEMPTS - 1, 1)).toBe(true);
  });

  test('is the one that uses up the starts, whatever they were for', () => {
    expect(isLastTry(0, MAX_STARTS - 1)).toBe(false);
    expect(isLastTry(0, MAX_STARTS)).toBe(true);
  });
});
