import { z } from 'zod';

/** Any JSON value. Tool arguments and structured results are data: parsed where used, never trusted. */
export const Json = z.json();
export type Json = z.infer<typeof Json>;

export const JsonObject = z.record(z.string(), Json);
export type JsonObject = z.infer<typeof JsonObject>;
