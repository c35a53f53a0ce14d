import { z } from 'zod';

/*
 * What the tools use of Kubernetes' own objects, and nothing else: unknown fields are dropped, absent ones
 * are normal. Shapes: https://kubernetes.io/docs/reference/kubernetes-api/
 */

const OwnerReference = z.object({
  apiVersion: z.string().default(''),
  kind: z.string(),
  name: z.string(),
  uid: z.string().default(''),
  controller: z.boolean().optional(),
});
export type OwnerReference = z.infer<typeof OwnerReference>;

export const Metadata = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  uid: z.string().default(''),
  creationTimestamp: z.string().nullish(),
  /** For a pod, when its grace period ends; for anything else, when its deletion was asked for. */
  deletionTimestamp: z.string().nullish(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  ownerReferences: z.array(OwnerReference).default([]),
  /** A deleted object stays until each of these is taken away. */
  finalizers: z.array(z.string()).default([]),
});
export type Metadata = z.infer<typeof Metadata>;

/** A reference to an object of the same namespace, whose kind the field tells. */
export const Named = z.object({ name: z.string().default('') });

export const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  lastTransitionTime: z.string().nullish(),
});
export type Condition = z.infer<typeof Condition>;

/** `{"cpu": "100m", "memory": "128Mi"}`; numbers where the writer was lazy. */
export const Quantities = z.record(z.string(), z.union([z.string(), z.number()])).default({});
export type Quantities = z.infer<typeof Quantities>;

/** Labels, or any other names with text values. */
export const Labels = z.record(z.string(), z.string()).default({});
