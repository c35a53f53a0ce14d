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
