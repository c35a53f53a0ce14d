import type { ModelUsage } from './model.ts';

/** US dollars per million tokens. */
export interface Rates {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** What a model costs. Prices are data: they come from the configuration. */
export interface ModelPrice extends Rates {
  /** The rates of a call whose whole prompt, cached or not, is longer than `over` tokens. */
  longContext: (Rates & { over: number }) | null;
}

export interface Cost {
  usd: number;
  /** False when the model has no price: `usd` is then 0 and means nothing. */
  known: boolean;
}

const MILLION = 1_000_000;

/** The cost of one call. Whether a prompt is long is judged call by call, so add up costs, not usages. */
export function costOf(usage: ModelUsage, price: ModelPrice | null): Cost {
  if (price === null) return { usd: 0, known: false };
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const { longContext } = price;
  const rates = longContext !== null && prompt > longContext.over ? longContext : price;
  const usd =
    (usage.inputTokens * rates.input +
      usage.outputTokens * rates.output +
      usage.cacheReadTokens * rates.cacheRead +
      usage.cacheWriteTokens * rates.cacheWrite) /
    MILLION;
  return { usd, known: true };
}
