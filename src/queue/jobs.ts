import { z } from 'zod';
import { Delivery } from '../alert/alert.ts';

/** Every job carries its version: a worker that is older than the sender refuses it in words. */
export const jobSchemas = {
  intake: z.object({ version: z.literal(1), delivery: Delivery }),
  investigate: z.object({ version: z.literal(1), incidentId: z.string(), runId: z.string() }),
  deliver: z.object({ version: z.literal(1), incidentId: z.string(), channel: z.string() }),
  recheck: z.object({
    version: z.literal(1),
    incidentId: z.string(),
    deliveryId: z.string(),
    after: z.enum(['re-fire', 'resolution']),
  }),
};

export type JobKind = keyof typeof jobSchemas;
export const jobKinds = [
  'intake',
  'investigate',
  'deliver',
  'recheck',
] as const satisfies JobKind[];
export type JobPayload<K extends JobKind> = z.infer<(typeof jobSchemas)[K]>;
