import { setTimeout as pause } from 'node:timers/promises';
import Anthropic, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
} from '@anthropic-ai/sdk';
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import { z } from 'zod';
import type { ProbeResult } from '../lib/probe.ts';
import type { ToolSpec } from '../tools/tool.ts';
import {
  type Callee,
  errorAnswer,
  type Failure,
  timedOut,
  toModelError,
  unreachable,
  unreadable,
} from './failure.ts';
import type { Block, Message, ModelPort, ModelTurn, TurnRequest } from './model.ts';
import { readTurn } from './read-turn.ts';
import { retryDelay } from './retry.ts';

export interface AnthropicOptions {
  apiKey: string;
  /** The part of the address before `/v1/messages`: a gateway, or a local model that speaks the Messages API. */
  baseUrl?: string | undefined;
  model: string;
  /** How long one attempt may take, from the first byte sent to the last received. */
  timeoutMs: number;
  /** How often a turn is tried again after a failure that may pass. Retries of the queue multiply with these. */
  maxRetries: number;
  effort?: 'low' | 'medium' | 'high' | 'xhigh' | 'max' | undefined;
}

export interface AnthropicModel extends ModelPort {
  /**
   * Reads the model's own entry: it is free, and needs the address, the key and the name to be right.
   * Aborting rejects with the signal's reason.
   */
  probe(signal: AbortSignal): Promise<ProbeResult[]>;
}

const PUBLIC_API = 'https://api.anthropic.com';

/**
 * A model behind Anthropic's Messages API, or behind anything else that speaks it.
 *
 * Every turn is one stateless, streamed request that carries the whole conversation. This is what the tool
 * runner's "thread: false" asks for: server-side threads exist only in the beta surface, which is not used
 * here, so nothing of an incident stays there between turns and a transcript holds all that the model saw.
 * @throws Error when the key or the address cannot be put into a request at all.
 */
export function createAnthropicModel(options: AnthropicOptions): AnthropicModel {
  const connection = connect(options);
  return {
    name: options.model,
    async turn(request, signal) {
      const params = toParams(request, options);
      for (let attempt = 0; ; attempt++) {
        signal.throwIfAborted();
        const outcome = await takeTurn(connection, params, signal);
        if ('turn' in outcome) return outcome.turn;
        signal.throwIfAborted();
        const waitMs = retryDelay(outcome.failure, attempt, options.maxRetries, Math.random);
        if (waitMs === null) throw toModelError(outcome.failure);
        // An abort ends the pause early; the next round begins by looking for one.
        await pause(waitMs, undefined, { signal }).catch(() => undefined);
      }
    },
    probe: (signal) => probe(connection, signal),
  };
}

interface Connection {
  client: Anthropic;
  callee: Callee;
  options: AnthropicOptions;
}

function connect(options: AnthropicOptions): Connection {
  if (!/^[\x21-\x7e]+$/.test(options.apiKey)) {
    throw new Error(
      'ANTHROPIC_API_KEY is empty or holds a space, a line break or a letter beyond ASCII.',
    );
  }
  const baseURL = options.baseUrl ?? PUBLIC_API;
  const client = new Anthropic({
    apiKey: options.apiKey,
    baseURL,
    timeout: options.timeoutMs,
    // Retries are ours: the SDK's leave out a stream that breaks, and wait for as long as they are told to.
    maxRetries: 0,
    // The SDK would log what it cannot parse, and with it what a model said, to the console.
    logLevel: 'off',
  });
  return { client, callee: { host: new URL(baseURL).host, model: options.model }, options };
}

type Outcome = { turn: ModelTurn } | { failure: Failure };

async function takeTurn(
  connection: Connection,
  params: Anthropic.MessageStreamParams,
  signal: AbortSignal,
): Promise<Outcome> {
  const { client, callee, options } = connection;
  // The SDK's own timeout ends with the headers; a stream that stalls after them would hang for ever.
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const stream = client.messages.stream(params, { signal: AbortSignal.any([signal, timeout]) });
  const toolInputs = new Map<number, string>();
  stream.on('streamEvent', (event) => {
    if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta') {
      toolInputs.set(event.index, (toolInputs.get(event.index) ?? '') + event.delta.partial_json);
    }
  });
  try {
    const reading = readTurn(await stream.finalMessage(), toolInputs);
    return 'turn' in reading ? reading : { failure: unreadable(callee, reading.unreadable) };
  } catch (error) {
    if (timeout.aborted) return { failure: timedOut(callee, options.timeoutMs) };
    return { failure: toFailure(error, connection, stream.response?.headers.get('content-type')) };
  }
}

/** The SDK's error classes as a {@link Failure}. Their messages may hold headers and are never shown. */
function toFailure(
  error: unknown,
  { callee, options }: Connection,
  contentType: string | null | undefined,
): Failure {
  if (error instanceof APIConnectionTimeoutError) return timedOut(callee, options.timeoutMs);
  if (error instanceof APIConnectionError) return unreachable(callee, systemCode(error));
  if (error instanceof APIError) {
    const answer = {
      status: typeof error.status === 'number' ? error.status : null,
      type: error.type,
      said: quoted(error.apiMessage, options.apiKey),
      retryAfter: error.headers?.get('retry-after') ?? null,
    };
    return errorAnswer(answer, callee);
  }
  const code = systemCode(error);
  if (code !== null) return unreachable(callee, code);
  const received = contentType ?? 'an answer without a content type';
  return unreadable(callee, `it is no whole stream of events (${received})`);
}

/** Whatever a gateway put in the place of `error.message`; some repeat the key that they refuse. */
function quoted(said: unknown, apiKey: string): string | null {
  return typeof said === 'string' ? said.replaceAll(apiKey, '[ANTHROPIC_API_KEY]') : null;
}

/** Node's fetch hides what happened to a socket behind one or two causes. */
function systemCode(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return null;
}

const CACHED = { cache_control: { type: 'ephemeral' } } as const;
/** With the system text and the tools this makes four marks, the most that the API takes. */
const CACHED_USER_MESSAGES = 2;

function toParams(request: TurnRequest, options: AnthropicOptions): Anthropic.MessageStreamParams {
  const { outputSchema, tools } = request;
  const params: Anthropic.MessageStreamParams = {
    model: options.model,
    max_tokens: request.maxTokens,
    // The model decides how much to think. The API refuses sampling parameters beside it, so none are sent.
    thinking: { type: 'adaptive' },
    system: [{ type: 'text', text: request.system, ...CACHED }],
    messages: toMessages(request.messages),
  };
  if (tools.length > 0) {
    params.tools = tools.map((tool, i) => toTool(tool, i === tools.length - 1));
    // Tools that may not be called are still sent: they open the prefix that is cached.
    if (outputSchema !== null) params.tool_choice = { type: 'none' };
  }
  if (outputSchema !== null) {
    const schema = transformJSONSchema(outputSchema);
    params.output_config = { format: { type: 'json_schema', schema } };
  }
  if (options.effort !== undefined) {
    params.output_config = { ...params.output_config, effort: options.effort };
  }
  return params;
}

const ToolSchema = z.looseObject({ type: z.literal('object') });

function toTool(tool: ToolSpec, last: boolean): Anthropic.Tool {
  return {
    name: tool.name,
    description: tool.description,
    input_schema: ToolSchema.parse(tool.inputSchema),
    ...(last && CACHED),
  };
}

/**
 * The last two user messages are marked for the cache: the last so that the next turn finds it, the one before
 * so that this turn finds it. Without the second mark the API looks back only some 20 blocks from the first,
 * which a turn of many parallel calls exceeds.
 */
function toMessages(messages: Message[]): Anthropic.MessageParam[] {
  const sent = joined(messages);
  const cached = sent.filter((message) => message.role === 'user').slice(-CACHED_USER_MESSAGES);
  return sent.map((message) => {
    const marked = cached.includes(message) ? message.content.at(-1) : undefined;
    return {
      role: message.role,
      content: message.content.map((block) => toBlockParam(block, block === marked)),
    };
  });
}

/** An answer that was cut off before its first whole block is empty, and the API refuses empty messages. */
function joined(messages: Message[]): Message[] {
  const sent: Message[] = [];
  for (const message of messages) {
    const last = sent.at(-1);
    if (last?.role === message.role) {
      sent[sent.length - 1] = { ...last, content: [...last.content, ...message.content] };
    } else if (message.content.length > 0) {
      sent.push(message);
    }
  }
  return sent;
}

const OpaqueParam = z.custom<Anthropic.ContentBlockParam>(
  (value) => z.object({ type: z.string() }).safeParse(value).success,
);

function toBlockParam(block: Block, cached: boolean): Anthropic.ContentBlockParam {
  const mark = cached ? CACHED : {};
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text, ...mark };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: block.input, ...mark };
    case 'tool_result':
      return {
        type: 'tool_result',
        tool_use_id: block.toolUseId,
        content: block.text,
        is_error: block.isError,
        ...mark,
      };
    case 'opaque':
      return OpaqueParam.parse(block.value);
  }
}

async function probe(connection: Connection, signal: AbortSignal): Promise<ProbeResult[]> {
  const { client, callee, options } = connection;
  const system = `model at ${callee.host}`;
  try {
    const entry: unknown = await client.models.retrieve(options.model, {}, { signal });
    const { id } = z.object({ id: z.string() }).parse(entry);
    return [{ system, ok: true, detail: `offers ${id}`, advice: null }];
  } catch (error) {
    signal.throwIfAborted();
    const { what, advice } = toFailure(error, connection, null);
    return [{ system, ok: false, detail: what, advice: advice ?? 'try again in a minute' }];
  }
}
