import { z } from 'zod';
import type { TimeWindow } from '../alert/window.ts';
import { type Json, JsonObject } from '../lib/json.ts';

/** What a tool may know besides its arguments. */
export interface ToolContext {
  /** The investigation's window. Relative times ("1h") count back from `window.to`, never from now. */
  window: TimeWindow;
  signal: AbortSignal;
}

export interface ToolOutput<T> {
  /** Compact text for a model or a person: aligned, unhealthy first, nothing said twice. */
  text: string;
  structured: T;
}

/**
 * A read-only tool. `run` throws {@link ToolError} for anything the caller can act on; whatever else it
 * throws is a bug or an outage and reaches the model without its details.
 */
export interface Tool<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  description: string;
  input: I;
  output: O;
  run(args: z.output<I>, context: ToolContext): Promise<ToolOutput<z.output<O>>>;
}

/** A failure in words that are safe, and useful, for the model: no host, no token, no stack. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** A tool as a model is told of it. */
export const ToolSpec = z.object({
  name: z.string(),
  description: z.string(),
  /** JSON Schema of the arguments. */
  inputSchema: JsonObject,
});
export type ToolSpec = z.infer<typeof ToolSpec>;

export interface ToolResult {
  text: string;
  structured: Json;
  isError: boolean;
}

/**
 * The investigation's only way to the outside: the in-memory MCP client in production, the recorded calls
 * in a replay. A tool's failure is a result with `isError`; `call` rejects only when aborted.
 */
export interface ToolCaller {
  list(): Promise<ToolSpec[]>;
  call(name: string, args: JsonObject, context: ToolContext): Promise<ToolResult>;
  close(): Promise<void>;
}
