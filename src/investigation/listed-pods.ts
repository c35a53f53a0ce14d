import { z } from 'zod';
import type { Json } from '../lib/json.ts';

/** The part of `kubectl_get_pods`' structured output that gathering and comparing stand on. */
const ListedPod = z.object({
  namespace: z.string(),
  name: z.string(),
  status: z.string(),
  healthy: z.boolean(),
  restarts: z.number().default(0),
  owner: z.object({ kind: z.string(), name: z.string() }).nullable().default(null),
  containers: z
    .array(
      z.object({
        /** Why it waits or ended; empty while it runs. */
        reason: z.string(),
        /** How it ended the time before. */
        last: z.object({ reason: z.string() }).nullable(),
      }),
    )
    .default([]),
});
export type ListedPod = z.infer<typeof ListedPod>;

const PodList = z.object({ pods: z.array(ListedPod) });

export function podsIn(structured: Json): ListedPod[] {
  const parsed = PodList.safeParse(structured);
  return parsed.success ? parsed.data.pods : [];
}
