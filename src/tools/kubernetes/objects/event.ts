import { z } from 'zod';
import { Metadata } from './metadata.ts';

/** A core/v1 Event. Who writes it decides which of its times are set. */
export const Event = z.object({
  type: z.string().default('Normal'),
  reason: z.string().default(''),
  message: z.string().default(''),
  count: z.number().nullish(),
  firstTimestamp: z.string().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  series: z
    .object({ count: z.number().nullish(), lastObservedTime: z.string().nullish() })
    .nullish(),
  source: z.object({ component: z.string().default('') }).nullish(),
  reportingComponent: z.string().nullish(),
  involvedObject: z.object({
    kind: z.string().default(''),
    namespace: z.string().default(''),
    name: z.string().default(''),
    uid: z.string().default(''),
  }),
  metadata: Metadata,
});
export type Event = z.infer<typeof Event>;
