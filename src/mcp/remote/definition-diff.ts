import { stripInvisible } from '../../lib/escape.ts';
import { canonicalJson, type Json } from '../../lib/json.ts';
import type { ToolDefinition } from './definition.ts';

/** What a pin holds as well. */
export type DefinitionParts = Omit<ToolDefinition, 'name'>;

const PARTS = [
  { key: 'description', name: 'description' },
  { key: 'inputSchema', name: 'schema' },
  { key: 'annotations', name: 'annotations' },
] as const;

/** A definition to read, each part under its name, without what cannot be seen. */
export function definitionLines(definition: DefinitionParts): string[] {
  return PARTS.flatMap(({ key, name }) => [
    `${name}:`,
    ...linesOf(definition[key]).map((line) => `  ${line}`),
  ]);
}

/** What became of a definition: for each part that changed the lines that went (`-`) and came (`+`). */
export function diffLines(before: DefinitionParts, after: DefinitionParts): string[] {
  return changed(before, after).flatMap(({ key, name }) => {
    const [old, now] = [linesOf(before[key]), linesOf(after[key])];
    const lines = [
      ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
      ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
    ];
    const unseen = 'the same lines in another order, or characters that cannot be seen';
    return [`${name}:`, ...(lines.length > 0 ? lines : [`  ${unseen}`])];
  });
}

/** The names of the parts that are not what they were. */
export function changedParts(before: DefinitionParts, after: DefinitionParts): string[] {
  return changed(before, after).map(({ name }) => name);
}

function changed(before: DefinitionParts, after: DefinitionParts) {
  return PARTS.filter(({ key }) => canonicalJson(before[key]) !== canonicalJson(after[key]));
}

/** The lines of a text; of anything else a line for each value: `properties.city.type: "string"`. */
function linesOf(part: Json): string[] {
  const text = typeof part === 'string' ? part : leavesOf(part).sort().join('\n');
  return stripInvisible(text).split('\n');
}

function leavesOf(value: Json, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    return [`${path.join('.')}: ${JSON.stringify(value)}`];
  }
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
}
