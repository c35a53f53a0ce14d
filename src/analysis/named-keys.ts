import { z } from 'zod';
import { Metadata } from '../tools/kubernetes/objects/metadata.ts';

/** A ConfigMap as a snapshot has it: its keys, never what they hold. */
export const NamedKeys = z.object({ metadata: Metadata, keys: z.array(z.string()).default([]) });
export type NamedKeys = z.infer<typeof NamedKeys>;
