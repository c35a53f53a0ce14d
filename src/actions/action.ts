import type { z } from 'zod';
import { ToolError, type ToolOutput } from '../tools/tool.ts';

/** What a person said when asked; `cannot_ask` when the client has no way to ask one. */
export type Consent = 'yes' | 'no' | 'cannot_ask';

export interface ActionContext {
  signal: AbortSignal;
  /** Puts a question to the person behind the client (MCP elicitation). */
  ask(question: string): Promise<Consent>;
}

/** What became of a call: `ok` for what changes nothing, whatever is sent. */
type ActionOutcome = 'ok' | 'proposed' | 'confirmed';

export interface ActionOutput<T> extends ToolOutput<T> {
  outcome: ActionOutcome;
}

/** Turned down, by our own rules or by a person, before the cluster was asked to change anything. */
export class ActionRefused extends ToolError {}

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
  act(args: z.output<I>, context: ActionContext): Promise<ActionOutput<z.output<O>>>;
}
