import { z } from 'zod';
import { Condition, Metadata, Quantities } from './metadata.ts';
import { LabelSelector, NodeSelector } from './selector.ts';

const accessModes = z.array(z.string()).default([]);
const phase = z.string().default('Pending');

export const PersistentVolumeClaim = z.object({
  metadata: Metadata,
  spec: z
    .object({
      accessModes,
      /** Absent is the default class; empty is none. */
      storageClassName: z.string().nullish(),
      volumeName: z.string().default(''),
      volumeMode: z.string().default('Filesystem'),
      /** Only volumes with these labels. */
      selector: LabelSelector.nullish(),
      resources: z.object({ requests: Quantities }).prefault({}),
    })
    .prefault({}),
  status: z
    .object({ phase, capacity: Quantities, conditions: z.array(Condition).default([]) })
    .prefault({}),
});
export type PersistentVolumeClaim = z.infer<typeof PersistentVolumeClaim>;

export const PersistentVolume = z.object({
  metadata: Metadata,
  spec: z
    .object({
      capacity: Quantities,
      accessModes,
      persistentVolumeReclaimPolicy: z.string().default('Retain'),
      storageClassName: z.string().default(''),
      claimRef: z.object({ namespace: z.string().default(''), name: z.string() }).nullish(),
      csi: z.object({ driver: z.string() }).optional(),
      hostPath: z.object({ path: z.string() }).optional(),
      local: z.object({ path: z.string() }).optional(),
      nfs: z.object({ server: z.string(), path: z.string() }).optional(),
      /** Only from these nodes it can be used. */
      nodeAffinity: z.object({ required: NodeSelector.nullish() }).nullish(),
    })
    .prefault({}),
  status: z
    .object({ phase, reason: z.string().default(''), message: z.string().default('') })
    .prefault({}),
});
export type PersistentVolume = z.infer<typeof PersistentVolume>;

export const StorageClass = z.object({
  metadata: Metadata,
  provisioner: z.string().default(''),
  reclaimPolicy: z.string().default('Delete'),
  /** WaitForFirstConsumer: a claim stays Pending until a pod that uses it is scheduled. */
  volumeBindingMode: z.string().default('Immediate'),
  allowVolumeExpansion: z.boolean().default(false),
});
export type StorageClass = z.infer<typeof StorageClass>;
