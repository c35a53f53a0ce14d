import { z } from 'zod';
import { Metadata, Named } from './metadata.ts';

/** Bytes by key. A value goes no further than this schema: nobody asked for it, and it may hold anything. */
const Sizes = z
  .record(z.string(), z.string())
  .nullish()
  .transform((data) => sizesOf(data ?? {}, (value) => Buffer.byteLength(value)));

const BinarySizes = z
  .record(z.string(), z.string())
  .nullish()
  .transform((data) => sizesOf(data ?? {}, (value) => Buffer.byteLength(value, 'base64')));

function sizesOf(
  data: Record<string, string>,
  size: (value: string) => number,
): Record<string, number> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, size(value)]));
}

export const ConfigMap = z.object({
  metadata: Metadata,
  data: Sizes,
  binaryData: BinarySizes,
  immutable: z.boolean().default(false),
});
export type ConfigMap = z.infer<typeof ConfigMap>;

export const ServiceAccount = z.object({
  metadata: Metadata,
  imagePullSecrets: z.array(Named).default([]),
  automountServiceAccountToken: z.boolean().nullish(),
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;
