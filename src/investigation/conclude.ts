import { z } from 'zod';
import { createCitationCheck } from '../evidence/citation.ts';
import { JsonObject } from '../lib/json.ts';
import { type Message, ModelError, type ModelTurn } from '../models/model.ts';
import { Conclusion } from '../report/conclusion.ts';
import { type LoopDeps, type Stopped, takeTurn } from './loop.ts';
import { CONCLUDE_PROMPT, repairMessage } from './prompt.ts';

export type Concluded =
  | { conclusion: Conclusion; stopped: null }
  | { conclusion: null; stopped: Stopped };

interface Reading {
  conclusion: Conclusion | null;
  faults: string[];
}

/** More than a person reads at night. */
const MAX_CLAIMS = 30;

const CONCLUSION_SCHEMA = JsonObject.parse(z.toJSONSchema(Conclusion));

/**
 * Asks for the conclusion as structured output and checks it: shape first, then every citation against the
 * stored outputs. A faulty one is sent back once; of what comes then the better is kept.
 * @throws ModelError when the model gives no turn for the first answer.
 */
export async function conclude(messages: Message[], deps: LoopDeps): Promise<Concluded> {
  const limit = deps.meter.limitReached('conclude');
  if (limit !== null) return { conclusion: null, stopped: limit };
  await deps.emit({ kind: 'concluding' });
  askAtEnd(messages, CONCLUDE_PROMPT);
  const turn = await takeTurn(messages, CONCLUSION_SCHEMA, deps);
  if (turn.stopReason === 'refusal') {
    return failed('refusal', 'the model refused to conclude');
  }
  const first = read(turn, deps);
  if (first.faults.length === 0 && first.conclusion !== null) {
    return { conclusion: first.conclusion, stopped: null };
  }
  const second = await repair(messages, turn, first, deps);
  const better = second === null ? first : betterOf(first, second);
  return better.conclusion === null
    ? failed('model', `the conclusion could not be read: ${better.faults.join('; ')}`)
    : { conclusion: better.conclusion, stopped: null };
}

async function repair(
  messages: Message[],
  turn: ModelTurn,
  first: Reading,
  deps: LoopDeps,
): Promise<Reading | null> {
  if (deps.meter.limitReached('conclude') !== null) return null;
  await deps.emit({ kind: 'repairing', faults: first.faults.length });
  if (turn.content.length > 0) messages.push({ role: 'assistant', content: turn.content });
  askAtEnd(messages, repairMessage(first.faults));
  try {
    return read(await takeTurn(messages, CONCLUSION_SCHEMA, deps), deps);
  } catch (error) {
    // A conclusion with a fault in it is worth more than none: keep the first.
    if (error instanceof ModelError || deps.context.signal.aborted) return null;
    throw error;
  }
}

function read(turn: ModelTurn, deps: LoopDeps): Reading {
  const text = turn.content
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('');
  const parsed = Conclusion.safeParse(parseJson(text));
  if (!parsed.success) {
    const detail = turn.stopReason === 'max_tokens' ? 'it was cut off' : firstIssues(parsed.error);
    return { conclusion: null, faults: [`not a conclusion: ${detail}`] };
  }
  const faultOf = createCitationCheck(deps.journal.evidence());
  const conclusion = { ...parsed.data, claims: parsed.data.claims.slice(0, MAX_CLAIMS) };
  const faults = conclusion.claims.flatMap((claim, index) => {
    const fault = faultOf(claim.citation);
    if (fault === null) return [];
    const quote = JSON.stringify(claim.citation.quote);
    return [`claim ${index + 1}: ${fault}: ${claim.citation.evidence} ${quote}`];
  });
  return { conclusion, faults };
}

function betterOf(first: Reading, second: Reading): Reading {
  if (second.conclusion === null) return first.conclusion === null ? second : first;
  if (first.conclusion === null) return second;
  return second.faults.length <= first.faults.length ? second : first;
}

/** Adds the request to the last message when that is the user's already: roles must alternate. */
function askAtEnd(messages: Message[], text: string): void {
  const last = messages.at(-1);
  if (last?.role === 'user') last.content = [...last.content, { type: 'text', text }];
  else messages.push({ role: 'user', content: [{ type: 'text', text }] });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstIssues(error: z.ZodError): string {
  const issues = error.issues.slice(0, 3);
  return issues.map((issue) => `${issue.path.join('.') || 'text'}: ${issue.message}`).join('; ');
}

function failed(limit: Stopped['limit'], detail: string): Concluded {
  return { conclusion: null, stopped: { limit, detail } };
}
