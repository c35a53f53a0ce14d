import { z } from 'zod';
import { Metadata, Quantities } from './metadata.ts';

export const ResourceQuota = z.object({
  metadata: Metadata,
  spec: z
    .object({
      hard: Quantities,
      /** Which pods it counts: Terminating, BestEffort and so on; all when empty. */
      scopes: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** Empty until the quota controller has counted. */
  status: z.object({ hard: Quantities, used: Quantities }).prefault({}),
});
export type ResourceQuota = z.infer<typeof ResourceQuota>;

export const LimitRange = z.object({
  metadata: Metadata,
  spec: z.object({
    limits: z
      .array(
        z.object({
          /** Container, Pod or PersistentVolumeClaim. */
          type: z.string(),
          max: Quantities,
          min: Quantities,
          /** Limits of a container that names none. */
          default: Quantities,
          /** Requests of a container that names none. */
          defaultRequest: Quantities,
          maxLimitRequestRatio: Quantities,
        }),
      )
      .default([]),
  }),
});
export type LimitRange = z.infer<typeof LimitRange>;
