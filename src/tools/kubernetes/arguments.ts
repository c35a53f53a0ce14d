import { z } from 'zod';

/** A namespace: an RFC 1123 label. */
export const Namespace = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be the name of one namespace, such as "shop"',
  )
  .describe('One namespace.');

/** An object's name: an RFC 1123 subdomain. Nothing in it can be taken for a path. */
export const ObjectName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    'must be the full name of one object, such as "checkout-6b9f7c9d4-x2x4p"',
  );

export const LabelSelector = z
  .string()
  .max(1_000)
  .optional()
  .describe('As kubectl -l takes it, such as "app=checkout,tier!=cache".');

export const FieldSelector = z
  .string()
  .max(1_000)
  .optional()
  .describe('As kubectl --field-selector takes it, such as "status.phase=Pending".');

export const KindName = z
  .string()
  .min(1)
  .max(100)
  .describe('A kind, plural or alias as kubectl takes it, such as "deployment" or "hpa".');
