import { createHash } from 'node:crypto';
import { z } from 'zod';

const Marked = { cache_control: z.object({ type: z.literal('ephemeral') }).optional() };

const ContentBlock = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().regex(/\S/), ...Marked }),
  z.strictObject({
    type: z.literal('tool_use'),
    id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
    ...Marked,
  }),
  z.strictObject({
    type: z.literal('tool_result'),
    tool_use_id: z.string(),
    content: z.string(),
    is_error: z.boolean().optional(),
    ...Marked,
  }),
  z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() }),
]);
type ContentBlock = z.infer<typeof ContentBlock>;

const Message = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.array(ContentBlock).min(1, 'messages must have non-empty content'),
});
type Message = z.infer<typeof Message>;

const Tool = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  ...Marked,
});

/**
 * A request of the Messages API as far as the product uses it. Strict: `temperature`, `top_p`, `top_k` and
 * whatever else is not listed is an extra input and refused, as the API does.
 */
export const MessagesRequest = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.number().int().min(1),
  stream: z.literal(true, 'this fake only streams'),
  thinking: z.strictObject({ type: z.literal('adaptive') }),
  system: z
    .array(z.strictObject({ type: z.literal('text'), text: z.string().min(1), ...Marked }))
    .optional(),
  messages: z.array(Message).min(1),
  tools: z.array(Tool).optional(),
  // The newest models refuse `any` and `tool`.
  tool_choice: z.strictObject({ type: z.enum(['auto', 'none']) }).optional(),
  output_config: z
    .strictObject({
      format: z
        .strictObject({
          type: z.literal('json_schema'),
          schema: z.record(z.string(), z.unknown()),
        })
        .optional(),
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional(),
    })
    .optional(),
});
export type MessagesRequest = z.infer<typeof MessagesRequest>;

/** The signature of a thinking block: what the real one is for is to notice a changed thought. */
export function signatureOf(thinking: string): string {
  return createHash('sha256').update(`thought:${thinking}`).digest('base64');
}

/** The first documented rule that a well-formed request breaks, in words, or null. */
export function brokenRule(request: MessagesRequest): string | null {
  return (
    roleRule(request.messages) ??
    toolPairingRule(request.messages) ??
    signatureRule(request.messages) ??
    cacheRule(request) ??
    toolNameRule(request.tools ?? []) ??
    schemaRule(request.output_config?.format?.schema, 'output_config.format.schema')
  );
}

/** Stricter than the API, which joins neighbours of one role: the product never means to send them. */
function roleRule(messages: Message[]): string | null {
  const wrong = messages.findIndex(
    (message, index) => message.role !== (index % 2 === 0 ? 'user' : 'assistant'),
  );
  return wrong === -1
    ? null
    : `messages.${wrong}: roles must alternate between "user" and "assistant", beginning with "user"`;
}

function toolPairingRule(messages: Message[]): string | null {
  for (const [index, message] of messages.entries()) {
    const asked = idsOf(messages[index - 1]?.content ?? [], 'tool_use');
    const answered = idsOf(message.content, 'tool_result');
    const missing = asked.filter((id) => !answered.includes(id));
    if (missing.length > 0) {
      return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}`;
    }
    const unknown = answered.filter((id) => !asked.includes(id));
    if (unknown.length > 0) {
      return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unknown.join(', ')}`;
    }
    const first = message.content.slice(0, answered.length);
    if (first.some((block) => block.type !== 'tool_result')) {
      return `messages.${index}: \`tool_result\` blocks must come first in the content`;
    }
  }
  const open = idsOf(messages.at(-1)?.content ?? [], 'tool_use');
  return open.length === 0 ? null : `\`tool_use\` ids without a next message: ${open.join(', ')}`;
}

function idsOf(content: ContentBlock[], type: 'tool_use' | 'tool_result'): string[] {
  return content.flatMap((block) => {
    if (block.type !== type) return [];
    return block.type === 'tool_use' ? [block.id] : [block.tool_use_id];
  });
}

function signatureRule(messages: Message[]): string | null {
  for (const [index, { content }] of messages.entries()) {
    for (const block of content) {
      if (block.type === 'thinking' && block.signature !== signatureOf(block.thinking)) {
        return `messages.${index}: Invalid \`signature\` in \`thinking\` block`;
      }
    }
  }
  return null;
}

function toolNameRule(tools: { name: string }[]): string | null {
  const names = new Set(tools.map((tool) => tool.name));
  return names.size === tools.length ? null : 'tools: Tool names must be unique.';
}

function cacheRule(request: MessagesRequest): string | null {
  const marks = JSON.stringify(request).split('"cache_control"').length - 1;
  return marks <= 4
    ? null
    : `A maximum of 4 blocks with cache_control may be provided. Found ${marks}.`;
}

/** What structured output does not take; `minItems` it takes when it is 0 or 1. */
const UNSUPPORTED = [
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'pattern', 'maxItems', 'uniqueItems', 'oneOf', '$schema'],
];

function schemaRule(schema: unknown, path: string): string | null {
  if (Array.isArray(schema)) {
    return firstRule(schema.map((item, index) => schemaRule(item, `${path}.${index}`)));
  }
  if (typeof schema !== 'object' || schema === null) return null;
  const fields = Object.entries(schema);
  const value = Object.fromEntries(fields);
  if (value.type === 'object' && value.additionalProperties !== false) {
    return `${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`;
  }
  if (typeof value.minItems === 'number' && value.minItems > 1) {
    return `${path}: 'minItems' must be 0 or 1`;
  }
  const unsupported = UNSUPPORTED.find(
    (keyword) => typeof value.type === 'string' && keyword in value,
  );
  if (unsupported !== undefined) return `${path}: property '${unsupported}' is not supported`;
  return firstRule(fields.map(([key, inner]) => schemaRule(inner, `${path}.${key}`)));
}

function firstRule(results: (string | null)[]): string | null {
  return results.find((result) => result !== null) ?? null;
}
