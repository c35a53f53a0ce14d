import type { Json } from '../../lib/json.ts';

/** What holds a schema under each of its own names, whatever these are. */
const NAMED_SCHEMAS: ReadonlySet<string> = new Set([
  'properties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
/** What holds values, and no schema. */
const VALUES: ReadonlySet<string> = new Set(['default', 'const', 'enum', 'examples']);

/**
 * A JSON Schema without the patterns that texts and names in it have to match. They are regular expressions of
 * somebody else's, and some take for ever on some texts (`^(a+)+$`): the server whose they are checks them. What
 * is under `not` stays, since it would say the opposite.
 */
export function withoutPatterns(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutPatterns);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { pattern, patternProperties, ...rest } = schema;
  // What such names let through would now be refused.
  if (patternProperties !== undefined) delete rest.additionalProperties;
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, within(key, value)]));
}

function within(key: string, value: Json): Json {
  if (key === 'not' || VALUES.has(key)) return value;
  if (!NAMED_SCHEMAS.has(key) || typeof value !== 'object' || value === null) {
    return withoutPatterns(value);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, schema]) => [name, withoutPatterns(schema)]),
  );
}
