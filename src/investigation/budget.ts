import type { ModelUsage } from '../models/model.ts';

/** What one investigation may spend. Tokens count everything that goes in or out, cached or not. */
export interface Limits {
  turns: number;
  tokens: number;
  usd: number;
  seconds: number;
}

export interface Spent {
  turns: number;
  usage: ModelUsage;
  usd: number;
}

export const nothingSpent: Spent = {
  turns: 0,
  usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  usd: 0,
};

export function afterTurn(spent: Spent, usage: ModelUsage, usd: number): Spent {
  return {
    turns: spent.turns + 1,
    usage: {
      inputTokens: spent.usage.inputTokens + usage.inputTokens,
      outputTokens: spent.usage.outputTokens + usage.outputTokens,
      cacheReadTokens: spent.usage.cacheReadTokens + usage.cacheReadTokens,
      cacheWriteTokens: spent.usage.cacheWriteTokens + usage.cacheWriteTokens,
    },
    usd: spent.usd + usd,
  };
}

/** The turns that the end may take: concluding, and repairing that once. */
const CLOSING_TURNS = 2;
/** The share of tokens, dollars and seconds that the search may use; the rest is for concluding. */
const SEARCH_SHARE = 0.75;

export interface LimitReached {
  limit: keyof Limits;
  detail: string;
}

/**
 * The limit that forbids another turn, or null. While searching, enough is held back to conclude; when
 * concluding, the whole of it may be used. Asked before each turn, so a limit can be passed by one turn's
 * cost at the most.
 */
export function limitReached(
  limits: Limits,
  spent: Spent,
  elapsedMs: number,
  phase: 'search' | 'conclude',
): LimitReached | null {
  const share = phase === 'search' ? SEARCH_SHARE : 1;
  const turns = phase === 'search' ? Math.max(1, limits.turns - CLOSING_TURNS) : limits.turns;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = spent.usage;
  const tokens = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
  const seconds = elapsedMs / 1000;
  if (spent.turns >= turns) return reached('turns', `${spent.turns} of ${limits.turns} turns`);
  if (tokens >= limits.tokens * share)
    return reached('tokens', `${tokens} of ${limits.tokens} tokens`);
  if (spent.usd >= limits.usd * share) {
    return reached('usd', `$${spent.usd.toFixed(2)} of $${limits.usd.toFixed(2)}`);
  }
  if (seconds >= limits.seconds * share) {
    return reached('seconds', `${Math.round(seconds)} of ${limits.seconds} seconds`);
  }
  return null;

  function reached(limit: keyof Limits, used: string): LimitReached {
    return { limit, detail: `${used} used` };
  }
}
