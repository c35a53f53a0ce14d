import { z } from 'zod';
import { JsonObject } from '../lib/json.ts';
import type { ToolSpec } from '../tools/tool.ts';

const TextBlock = z.object({ type: z.literal('text'), text: z.string() });
const ToolUseBlock = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: JsonObject,
});
const ToolResultBlock = z.object({
  type: z.literal('tool_result'),
  toolUseId: z.string(),
  text: z.string(),
  isError: z.boolean(),
});
/** A block that only the model's maker understands (signed thinking): stored and sent back untouched. */
const OpaqueBlock = z.object({ type: z.literal('opaque'), value: JsonObject });

export const Block = z.discriminatedUnion('type', [
  TextBlock,
  ToolUseBlock,
  ToolResultBlock,
  OpaqueBlock,
]);
export type Block = z.infer<typeof Block>;
export type ToolUse = z.infer<typeof ToolUseBlock>;

export interface Message {
  role: 'user' | 'assistant';
  content: Block[];
}

export const ModelUsage = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  cacheReadTokens: z.number().int().nonnegative(),
  cacheWriteTokens: z.number().int().nonnegative(),
});
export type ModelUsage = z.infer<typeof ModelUsage>;

/** What one call of the model gave. `inputTokens` leaves out what came from the cache. */
export const ModelTurn = z.object({
  model: z.string(),
  content: z.array(Block),
  stopReason: z.enum([
    'end_turn',
    'max_tokens',
    'stop_sequence',
    'tool_use',
    'pause_turn',
    'refusal',
    'model_context_window_exceeded',
  ]),
  usage: ModelUsage,
});
export type ModelTurn = z.infer<typeof ModelTurn>;

export interface TurnRequest {
  system: string;
  tools: ToolSpec[];
  messages: Message[];
  /** When set, the model must answer with JSON of this schema and may not call tools. */
  outputSchema: JsonObject | null;
  maxTokens: number;
}

/** One model. A port of one verb; the loop around it is ours. */
export interface ModelPort {
  readonly name: string;
  /** @throws ModelError when no turn could be had. Aborting rejects with the signal's reason. */
  turn(request: TurnRequest, signal: AbortSignal): Promise<ModelTurn>;
}

export type ModelFailure = 'unreachable' | 'overloaded' | 'rejected' | 'unreadable';

/** Why a model gave no turn, in words that may be shown: they never hold a key or a header. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly failure: ModelFailure;
  constructor(failure: ModelFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}
