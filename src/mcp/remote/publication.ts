import { z } from 'zod';
import { stripInvisible } from '../../lib/escape.ts';
import { canonicalJson, type Json, JsonObject, mapTexts } from '../../lib/json.ts';
import type { ToolDefinition } from './definition.ts';
import { withoutPatterns } from './schema-patterns.ts';

/** Every word of it costs tokens on every turn of a model, and a person has to read it. */
const MAX_DESCRIPTION = 4_000;
const MAX_SCHEMA = 20_000;

/** What clients are told of a tool of another server. */
export interface Publication {
  problem: null;
  description: string;
  input: z.ZodObject;
}

/**
 * The description without what cannot be seen, and the JSON Schema as a zod one: the arguments are checked
 * here before they leave, but for patterns, and clients get the schema back from it. Or the reason why there is no publishing it.
 */
export function publicationOf({
  name,
  description,
  inputSchema,
}: ToolDefinition): Publication | { problem: string } {
  if (description.length > MAX_DESCRIPTION) {
    return { problem: `its description is longer than ${MAX_DESCRIPTION} characters` };
  }
  if (JSON.stringify(inputSchema).length > MAX_SCHEMA) {
    return { problem: `its schema is longer than ${MAX_SCHEMA} characters` };
  }
  const schema = mapTexts(inputSchema, (text, key) =>
    WORDS.has(key) ? stripInvisible(text) : text,
  );
  if (canonicalJson(mapTexts(schema, stripInvisible)) !== canonicalJson(schema)) {
    return { problem: 'names or values of its schema hold characters that cannot be seen' };
  }
  const input = zodOf(withoutPatterns(schema));
  if (input === null) return { problem: 'its schema cannot be read' };
  return { problem: null, description: stripInvisible(description).trim() || name, input };
}

function zodOf(schema: Json): z.ZodObject | null {
  try {
    // An argument that the schema does not name is one that nobody has read.
    const closed = { additionalProperties: false, ...JsonObject.parse(schema) };
    const input = z.fromJSONSchema(closed);
    return input instanceof z.ZodObject ? input : null;
  } catch {
    return null;
  }
}

/** What of a schema is there to be read, and changes nothing when it is cleaned. */
const WORDS: ReadonlySet<string> = new Set(['title', 'description']);
