import { z } from 'zod';
import { Instant } from '../alert/alert.ts';
import { Json, JsonObject } from '../lib/json.ts';

/** One tool call and its full output. `id` is `E1`, `E2`, … in the order in which the calls were asked. */
export const Evidence = z.object({
  id: z.string().regex(/^E[1-9]\d*$/),
  tool: z.string(),
  args: JsonObject,
  text: z.string(),
  structured: Json,
  isError: z.boolean(),
  startedAt: Instant,
  ms: z.number().nonnegative(),
});
export type Evidence = z.infer<typeof Evidence>;
