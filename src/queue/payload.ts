import { z } from 'zod';
import type { Json } from '../lib/json.ts';

/**
 * What a job holds: the payload as text. The queue on PostgreSQL keeps job data as `jsonb`, which refuses
 * U+0000 and lone surrogates; both may stand in a label, and would make a delivery impossible to accept.
 * In JSON within JSON they are escapes that no database looks into.
 */
const JobData = z.object({ payload: z.string() });
export type JobData = z.infer<typeof JobData>;

export function packPayload(payload: Json): JobData {
  return { payload: JSON.stringify(payload) };
}

/** @throws when the data was not made by {@link packPayload}. */
export function unpackPayload(data: unknown): unknown {
  return JSON.parse(JobData.parse(data).payload);
}
