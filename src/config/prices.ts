import type { z } from 'zod';
import type { ModelPrice, Rates } from '../models/price.ts';
import { amount, section, whole } from './fields.ts';

const usd = () => amount(10_000);

/** One model's price, in US dollars per million tokens. */
export const PriceSection = section({
  input: usd(),
  output: usd(),
  cacheRead: usd().optional(),
  cacheWrite: usd().optional(),
  longContext: section({ over: whole(1, 100_000_000), input: usd(), output: usd() }).optional(),
});

/** Reading from the cache costs a tenth of the input price and writing to it a quarter more, unless said. */
export function priceOf(given: z.output<typeof PriceSection>): ModelPrice {
  const { longContext } = given;
  return {
    ...ratesOf(given),
    longContext: longContext ? { ...ratesOf(longContext), over: longContext.over } : null,
  };
}

function ratesOf(given: {
  input: number;
  output: number;
  cacheRead?: number | undefined;
  cacheWrite?: number | undefined;
}): Rates {
  return {
    input: given.input,
    output: given.output,
    cacheRead: given.cacheRead ?? given.input * 0.1,
    cacheWrite: given.cacheWrite ?? given.input * 1.25,
  };
}

/** List prices of November 2026. Prices are settings: `model.prices` adds to these and overrides them. */
export const defaultPrices: Readonly<Record<string, ModelPrice>> = {
  'claude-haiku-5-5': priceOf({
    input: 0.1,
    output: 0.5,
    longContext: { over: 100_000, input: 0.5, output: 2.5 },
  }),
  'claude-sonnet-5-5': priceOf({ input: 2, output: 10 }),
  'claude-opus-5-5': priceOf({ input: 4, output: 20 }),
};
