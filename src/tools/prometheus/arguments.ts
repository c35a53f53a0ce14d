import { z } from 'zod';

/** Arguments that several tools take alike. */
export const Query = z.string().min(1).max(10_000);

export const TimeRange = z
  .string()
  .max(100)
  .optional()
  .describe(
    'A duration that counts back from the end of the investigated window, such as "30m", or FROM/TO as ' +
      'RFC 3339 instants. The default is the whole window.',
  );

export const Match = z.string().min(1).max(10_000);
