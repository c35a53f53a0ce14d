import type { z } from 'zod';
import type { ToolOutput } from '../tools/tool.ts';

/** What a person said when asked; `cannot_ask` when the client has no way to ask one. */
export type Consent = 'yes' | 'no' | 'cannot_ask';

export interface ActionContext {
  signal: AbortSignal;
  /** Puts a question to the person behind the client (MCP elicitation). */
  ask(question: string): Promise<Consent>;
}

/**
 * A tool of the actions server. It has another shape than a reading tool on purpose: no list of tools can
 * hold both, so an action cannot slip into what an investigation is given.
 */
export interface Action<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  description: string;
  input: I;
  output: O;
  /** False for what changes nothing, whatever is sent. */
  changes: boolean;
  act(args: z.output<I>, context: ActionContext): Promise<ToolOutput<z.output<O>>>;
}
