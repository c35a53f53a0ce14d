import { z } from 'zod';
import { Metadata, Quantities } from './metadata.ts';

/** When it was measured, and over how long (`30s`). */
const measured = { timestamp: z.string().nullish(), window: z.string().default('') };

export const PodMetrics = z.object({
  metadata: Metadata,
  ...measured,
  containers: z.array(z.object({ name: z.string(), usage: Quantities })).default([]),
});
export type PodMetrics = z.infer<typeof PodMetrics>;

export const NodeMetrics = z.object({ metadata: Metadata, ...measured, usage: Quantities });
export type NodeMetrics = z.infer<typeof NodeMetrics>;
