import { z } from 'zod';

/** The envelope of every list. */
export const ObjectList = z.object({
  items: z.array(z.unknown()).nullish(),
  metadata: z.object({ continue: z.string().nullish() }).nullish(),
});

/** What the API server sends in place of an object when it refuses. */
export const Status = z.object({ message: z.string().default(''), reason: z.string().default('') });

export const Version = z.object({ gitVersion: z.string() });
