import type { Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { digest } from '../../lib/digest.ts';
import { canonicalJson, JsonObject } from '../../lib/json.ts';

/** All of a tool that a model gets to see, and what its server says of its effects. */
export const ToolDefinition = z.object({
  name: z.string(),
  description: z.string(),
  /** JSON Schema of the arguments. */
  inputSchema: JsonObject,
  annotations: JsonObject,
});
export type ToolDefinition = z.infer<typeof ToolDefinition>;

export function definitionOf({ name, description, inputSchema, annotations }: McpTool) {
  return ToolDefinition.parse({
    name,
    description: description ?? '',
    inputSchema,
    annotations: annotations ?? {},
  });
}

/** Hex SHA-256 that any change to a definition changes, but for the order of keys. */
export function fingerprintOf({ name, description, inputSchema, annotations }: ToolDefinition) {
  return digest([name, description, canonicalJson(inputSchema), canonicalJson(annotations)]);
}
