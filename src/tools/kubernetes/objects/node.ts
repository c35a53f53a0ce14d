import { z } from 'zod';
import { Condition, Metadata, Quantities } from './metadata.ts';

const Taint = z.object({
  key: z.string(),
  value: z.string().default(''),
  effect: z.string(),
  timeAdded: z.string().nullish(),
});
export type Taint = z.infer<typeof Taint>;

export const Node = z.object({
  metadata: Metadata,
  spec: z
    .object({
      /** Cordoned: new pods go elsewhere. */
      unschedulable: z.boolean().default(false),
      taints: z.array(Taint).default([]),
    })
    .prefault({}),
  status: z
    .object({
      conditions: z.array(Condition).default([]),
      capacity: Quantities,
      /** What is left of the capacity for pods. */
      allocatable: Quantities,
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
      nodeInfo: z
        .object({
          kubeletVersion: z.string().default(''),
          containerRuntimeVersion: z.string().default(''),
          kernelVersion: z.string().default(''),
          osImage: z.string().default(''),
          architecture: z.string().default(''),
        })
        .prefault({}),
    })
    .prefault({}),
});
export type Node = z.infer<typeof Node>;

export const Namespace = z.object({
  metadata: Metadata,
  status: z
    .object({ phase: z.string().default('Active'), conditions: z.array(Condition).default([]) })
    .prefault({}),
});
export type Namespace = z.infer<typeof Namespace>;
