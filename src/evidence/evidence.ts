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

/**
 * What a person or a model reads is numbered from E1 on, what is read for code from E1001 on: the one is asked for while
 * the other is under way, and neither's ids may depend on how much there is of the other.
 */
export type EvidenceRow = 'main' | 'aside';
/** What the ids of a row come after. */
export const FIRST_ID: Readonly<Record<EvidenceRow, number>> = { main: 0, aside: 1_000 };

export function isAside({ id }: Pick<Evidence, 'id'>): boolean {
  return Number(id.slice(1)) > FIRST_ID.aside;
}

/** In the order in which they were asked, each row for itself. */
export function byId(a: Pick<Evidence, 'id'>, b: Pick<Evidence, 'id'>): number {
  return Number(a.id.slice(1)) - Number(b.id.slice(1));
}
