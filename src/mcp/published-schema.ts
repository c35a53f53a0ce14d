import { z } from 'zod';
import { type Json, JsonObject } from '../lib/json.ts';

/**
 * The arguments of a tool as clients are told of them: what is not named there is refused. Without `$schema`
 * it is JSON Schema 2020-12.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic#json-schema-usage
 */
export function publishedInput(input: z.ZodObject): JsonObject {
  return portable(JsonObject.parse(z.toJSONSchema(input, { io: 'input' })), INPUT_NOISE);
}

/** The structured result: that it may hold nothing else is for us to keep, and would cost many tokens to say. */
export function publishedOutput(output: z.ZodObject): JsonObject {
  return portable(JsonObject.parse(z.toJSONSchema(output, { io: 'output' })), OUTPUT_NOISE);
}

/** Keywords with a value that says nothing, as JSON. */
type Noise = Readonly<Record<string, readonly string[]>>;

const INPUT_NOISE: Noise = {
  // Every integer that JSON can carry safely.
  minimum: [String(Number.MIN_SAFE_INTEGER)],
  maximum: [String(Number.MAX_SAFE_INTEGER)],
  propertyNames: ['{"type":"string"}'],
  // Behind a tuple, whose `maxItems` says it.
  items: ['false'],
};
const OUTPUT_NOISE: Noise = { ...INPUT_NOISE, additionalProperties: ['false', '{}'] };

const SCHEMA_MAPS: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs']);
const SCHEMAS: ReadonlySet<string> = new Set([
  'items',
  'prefixItems',
  'additionalProperties',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
]);

/**
 * The same schema without noise, and with one `type` a schema: clients for models whose APIs know no list of
 * types drop the property, or the tool.
 */
function portable({ $schema, ...schema }: JsonObject, noise: Noise): JsonObject {
  const kept = Object.entries(schema).filter(
    ([keyword, value]) => !noise[keyword]?.includes(JSON.stringify(value)),
  );
  return Object.fromEntries(
    kept.map(([keyword, value]) => {
      if (keyword === 'type' && Array.isArray(value) && !('anyOf' in schema)) {
        return ['anyOf', value.map((type) => ({ type }))];
      }
      if (SCHEMA_MAPS.has(keyword)) return [keyword, portableMap(value, noise)];
      return [keyword, SCHEMAS.has(keyword) ? portableAll(value, noise) : value];
    }),
  );
}

/** Schemas by name, which are no keywords. */
function portableMap(value: Json, noise: Noise): Json {
  const entries = Object.entries(JsonObject.parse(value));
  return Object.fromEntries(entries.map(([name, schema]) => [name, portableAll(schema, noise)]));
}

/** A schema or a list of them; `true` and `false` are schemas too. */
function portableAll(value: Json, noise: Noise): Json {
  if (Array.isArray(value)) return value.map((item) => portableAll(item, noise));
  return typeof value === 'object' && value !== null ? portable(value, noise) : value;
}
