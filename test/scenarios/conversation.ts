import { digest } from '../../src/lib/digest.ts';
import { canonicalJson, type JsonObject } from '../../src/lib/json.ts';
import type { Block, ModelTurn, ModelUsage } from '../../src/models/model.ts';
import { Conclusion } from '../../src/report/conclusion.ts';

/** What stands where a model's name would: nobody is to take these turns for a model's. */
export const HAND_WRITTEN = 'hand-written';

interface Asked {
  tool: string;
  args: JsonObject;
}

/** Tokens in and out, as a model with a prompt cache would have counted them. */
export function tokens(
  input: number,
  output: number,
  cacheRead: number,
  cacheWrite: number,
): ModelUsage {
  return {
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
  };
}

/** A turn that says why, and asks for one or more calls at once. */
export function asking(why: string, calls: Asked[], usage: ModelUsage): ModelTurn {
  const uses = calls.map(
    ({ tool, args }): Block => ({
      type: 'tool_use',
      // Unique, since nobody asks the same twice.
      id: `toolu_${digest([tool, canonicalJson(args)], 24)}`,
      name: tool,
      input: args,
    }),
  );
  const content: Block[] = [{ type: 'text', text: why }, ...uses];
  return { model: HAND_WRITTEN, content, stopReason: 'tool_use', usage };
}

/** A turn that has no more questions. */
export function saying(text: string, usage: ModelUsage): ModelTurn {
  return { model: HAND_WRITTEN, content: [{ type: 'text', text }], stopReason: 'end_turn', usage };
}

/** The last turn: the conclusion as structured output. */
export function concluding(conclusion: Conclusion, usage: ModelUsage): ModelTurn {
  return saying(JSON.stringify(Conclusion.parse(conclusion)), usage);
}
