import type {
  Block,
  Message,
  ModelPort,
  ModelTurn,
  ToolUse,
  TurnRequest,
} from '../models/model.ts';
import type { Report } from '../report/report.ts';
import { TOOLS_FOR_CODE } from '../tools/policy.ts';
import type { ToolCaller, ToolContext, ToolSpec } from '../tools/tool.ts';
import type { InvestigationEvent } from './events.ts';
import type { Journal } from './journal.ts';
import type { Meter } from './meter.ts';
import { evidenceText, SYSTEM_PROMPT } from './prompt.ts';
import { readEvidence, readEvidenceSpec } from './read-evidence.ts';

export interface LoopDeps {
  model: ModelPort;
  tools: ToolCaller;
  /** Fixed for the whole run: the cached prefix and a replay both depend on it. */
  catalogue: ToolSpec[];
  journal: Journal;
  meter: Meter;
  context: ToolContext;
  evidenceBytes: number;
  maxOutputTokens: number;
  emit: (event: InvestigationEvent) => Promise<void>;
  /** See `InvestigationDeps.isOver`. */
  isOver: () => Promise<boolean>;
}

export type Stopped = NonNullable<Report['stopped']>;

/** More calls than this in one turn are answered with a refusal: a turn must not become a flood. */
const MAX_PARALLEL_CALLS = 8;

/**
 * Turns of the model with the tools it asks for, until it has no more questions or a limit is reached.
 * Extends `messages` in place, so that they can be concluded from. Null when the model ended by itself.
 * @throws ModelError when the model gives no turn.
 */
export async function searchLoop(messages: Message[], deps: LoopDeps): Promise<Stopped | null> {
  let cutShort = false;
  for (;;) {
    const limit = deps.meter.limitReached('search');
    if (limit !== null) return limit;
    if (!deps.journal.knowsNextTurn && (await deps.isOver())) {
      return stopped('resolved', 'it is concluded from what was found until then');
    }
    await deps.emit({ kind: 'asking', turn: deps.meter.spent.turns + 1 });
    const turn = await takeTurn(messages, null, deps);
    appendAnswer(messages, turn.content);
    switch (turn.stopReason) {
      case 'end_turn':
      case 'stop_sequence':
        return null;
      case 'tool_use':
        if (toolUses(turn).length === 0) return null;
        messages.push({ role: 'user', content: await answerCalls(turn, deps) });
        break;
      case 'pause_turn':
        // The turn goes on when the conversation is sent back as it is.
        break;
      case 'max_tokens':
        if (cutShort) return stopped('output', 'two answers in a row were longer than allowed');
        cutShort = true;
        messages.push({ role: 'user', content: afterCut(turn) });
        break;
      case 'refusal':
        return stopped('refusal', 'the model refused to go on');
      case 'model_context_window_exceeded':
        return stopped('context', 'the conversation outgrew the context window of the model');
    }
  }
}

/** What follows a paused turn belongs to the same message: two answers in a row are refused. */
function appendAnswer(messages: Message[], content: Block[]): void {
  const last = messages.at(-1);
  if (last?.role === 'assistant') last.content = [...last.content, ...content];
  else messages.push({ role: 'assistant', content });
}

/** One turn, journalled and paid for. */
export async function takeTurn(
  messages: Message[],
  outputSchema: TurnRequest['outputSchema'],
  deps: LoopDeps,
): Promise<ModelTurn> {
  const turn = await deps.journal.turn(() =>
    deps.model.turn(
      {
        system: SYSTEM_PROMPT,
        tools: deps.catalogue,
        messages,
        outputSchema,
        maxTokens: deps.maxOutputTokens,
      },
      deps.context.signal,
    ),
  );
  deps.meter.spend(turn.usage);
  return turn;
}

/** The catalogue of a run: the tools of its environment, and the reading of what they gave. */
export function catalogueOf(tools: ToolSpec[]): ToolSpec[] {
  const forModels = tools.filter(({ name }) => !TOOLS_FOR_CODE.includes(name));
  return [...forModels, readEvidenceSpec].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function answerCalls(turn: ModelTurn, deps: LoopDeps): Promise<Block[]> {
  const calls = toolUses(turn);
  await deps.emit({ kind: 'calling', tools: calls.map((call) => call.name) });
  return Promise.all(
    calls.map(async (call, index): Promise<Block> => {
      const answer =
        index < MAX_PARALLEL_CALLS
          ? await answerCall(call, deps)
          : { text: `At most ${MAX_PARALLEL_CALLS} calls a turn. Ask again.`, isError: true };
      return { type: 'tool_result', toolUseId: call.id, ...answer };
    }),
  );
}

async function answerCall(
  call: ToolUse,
  deps: LoopDeps,
): Promise<{ text: string; isError: boolean }> {
  if (call.name === readEvidenceSpec.name) {
    return readEvidence(deps.journal, call.input, deps.evidenceBytes);
  }
  if (!deps.catalogue.some((tool) => tool.name === call.name)) {
    const names = deps.catalogue.map((tool) => tool.name).join(', ');
    return {
      text: `There is no tool ${JSON.stringify(call.name)}. There are: ${names}.`,
      isError: true,
    };
  }
  const evidence = await deps.journal.call(deps.tools, call.name, call.input, deps.context);
  return { text: evidenceText(evidence, deps.evidenceBytes), isError: evidence.isError };
}

/** After an answer was cut: every call in it must be answered, even one that nobody can trust to be whole. */
function afterCut(turn: ModelTurn): Block[] {
  const unanswered = toolUses(turn).map(
    (call): Block => ({
      type: 'tool_result',
      toolUseId: call.id,
      text: 'Not run: your answer was cut off.',
      isError: true,
    }),
  );
  return [...unanswered, { type: 'text', text: 'Your answer was cut off. Go on, more briefly.' }];
}

function toolUses(turn: ModelTurn): ToolUse[] {
  return turn.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []));
}

function stopped(limit: Stopped['limit'], detail: string): Stopped {
  return { limit, detail };
}
