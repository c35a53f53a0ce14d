import { z } from 'zod';

/** Any JSON value. Tool arguments and structured results are data: parsed where used, never trusted. */
export const Json = z.json();
export type Json = z.infer<typeof Json>;

export const JsonObject = z.record(z.string(), Json);
export type JsonObject = z.infer<typeof JsonObject>;

/** A copy with every text changed; `key` is what a text stands under, and empty for a key itself. */
export function mapTexts(
  value: Json,
  change: (text: string, key: string) => string,
  key = '',
): Json {
  if (typeof value === 'string') return change(value, key);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [change(name, ''), mapTexts(item, change, name)]),
  );
}

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
