import { describe, expect, it } from 'vitest';
import { costOf, type ModelPrice } from '../../src/models/price.ts';

const haiku: ModelPrice = {
  input: 0.1,
  output: 0.5,
  cacheRead: 0.01,
  cacheWrite: 0.125,
  longContext: { over: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 },
};

function usage(inputTokens: number, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0) {
  return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens };
}

describe('costOf', () => {
  it('counts each kind of token at its own price', () => {
    const cost = costOf(usage(10_000, 20_000, 30_000, 40_000), haiku);
    expect(cost.known).toBe(true);
    expect(cost.usd).toBeCloseTo((1_000 + 10_000 + 300 + 5_000) / 1_000_000, 10);
  });

  it('keeps the ordinary price for a prompt of exactly the limit', () => {
    expect(costOf(usage(100_000), haiku).usd).toBeCloseTo(0.01, 10);
  });

  it('takes the long price for the whole of a prompt over the limit', () => {
    expect(costOf(usage(100_001, 1_000), haiku).usd).toBeCloseTo(0.0500005 + 0.0025, 10);
  });

  it('counts what came from the cache as part of the prompt', () => {
    const cost = costOf(usage(1_000, 0, 90_000, 10_000), haiku);
    expect(cost.usd).toBeCloseTo((500 + 4_500 + 6_250) / 1_000_000, 10);
  });

  it('says that the cost is not known when the model has no price', () => {
    expect(costOf(usage(1_000), null)).toEqual({ usd: 0, known: false });
  });
});
