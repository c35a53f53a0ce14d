import { z } from 'zod';
import { Block, ModelTurn } from './model.ts';

const Tokens = z.number().int().nonnegative();

/** The message of the Messages API as far as it is used; whoever sent it may be a gateway, so it is checked. */
const Received = z.object({
  model: z.string(),
  stop_reason: z.unknown(),
  content: z.array(z.looseObject({ type: z.string() })),
  usage: z.object({
    input_tokens: Tokens,
    output_tokens: Tokens,
    cache_read_input_tokens: Tokens.nullish(),
    cache_creation_input_tokens: Tokens.nullish(),
  }),
});
type ReceivedBlock = z.infer<typeof Received>['content'][number];

/** These end an answer anywhere: in the middle of a tool call, or before its first word. */
const CUTTING: unknown[] = ['max_tokens', 'model_context_window_exceeded', 'refusal'];

export type Reading = { turn: ModelTurn } | { unreadable: string };

/**
 * The turn that a received message holds, or why it holds none. `toolInputs` has the JSON text of each tool
 * call's input by the index of its block, as it was streamed: the SDK's own reading of it completes what was
 * cut off, and half a namespace must never be asked for.
 */
export function readTurn(message: unknown, toolInputs: ReadonlyMap<number, string>): Reading {
  const received = Received.safeParse(message);
  if (!received.success) {
    const missing = received.error.issues[0]?.path.join('.');
    return { unreadable: `it is not a message: ${missing} is missing or of another type` };
  }
  const { model, stop_reason: stopReason, usage } = received.data;
  const cut = CUTTING.includes(stopReason);
  const content: Block[] = [];
  for (const [index, block] of received.data.content.entries()) {
    if (isBlank(block)) continue;
    const read = Block.safeParse(toBlock(block, toolInputs.get(index)));
    if (read.success) content.push(read.data);
    else if (!cut) return { unreadable: `its ${block.type} block is malformed` };
  }
  if (content.length === 0 && !cut) return { unreadable: 'it is empty' };

  const turn = ModelTurn.safeParse({
    model,
    content,
    stopReason,
    usage: {
      inputTokens: usage.input_tokens,
      outputTokens: usage.output_tokens,
      cacheReadTokens: usage.cache_read_input_tokens ?? 0,
      cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
    },
  });
  return turn.success
    ? { turn: turn.data }
    : { unreadable: `it ended with the unknown reason ${JSON.stringify(stopReason)}` };
}

/** The API sends blank text now and then, but refuses it when it is sent back. */
function isBlank({ type, text }: ReceivedBlock): boolean {
  return type === 'text' && typeof text === 'string' && text.trim() === '';
}

function toBlock(block: ReceivedBlock, input: string | undefined): unknown {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: inputOf(block, input) };
    default:
      return { type: 'opaque', value: { ...block } };
  }
}

/** A call without arguments streams no JSON at all; its block then holds the input from the start. */
function inputOf(block: ReceivedBlock, streamed: string | undefined): unknown {
  if (streamed === undefined || streamed === '') return block.input;
  try {
    return JSON.parse(streamed);
  } catch {
    return undefined;
  }
}
