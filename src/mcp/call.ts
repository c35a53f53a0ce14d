import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { TimeWindow } from '../alert/window.ts';
import type { Redact } from '../evidence/redact.ts';
import type { Clock } from '../lib/clock.ts';
import { digest } from '../lib/digest.ts';
import { oneLine, truncate } from '../lib/escape.ts';
import { canonicalJson, JsonObject } from '../lib/json.ts';
import type { Logger } from '../lib/log.ts';
import { type Tool, type ToolContext, ToolError } from '../tools/tool.ts';
import { argumentProblems } from './argument-problems.ts';
import type { Asker, AuditEntry, CallOutcome } from './audit.ts';
import { auditedArguments, whyTooLarge } from './bounded-arguments.ts';
import { tooLarge } from './cut.ts';
import { type Gate, GateError } from './gate.ts';
import { sanitiseAndCut, sanitiseFields } from './sanitise.ts';
import { WINDOW_META, windowOf } from './window.ts';

export interface CallOptions {
  environment: string;
  tools: readonly Tool[];
  /** Names that would be tools, and why they are none, as it completes "it is not offered: …". */
  withheld?: readonly { name: string; reason: string }[];
  /** The only one of its environment in this process. */
  gate: Gate<CallOutput>;
  /** Told of each call when it has ended. */
  record: (entry: AuditEntry) => void;
  /** Applied to every text and every string of structured content before it leaves. */
  redact: Redact;
  /** For requests that carry no window: those of people's own MCP clients. */
  defaultWindow: () => TimeWindow;
  /** Bytes of text of one output. */
  outputBytes: number;
  clock: Clock;
  log: Logger;
}

/** What leaves: without secrets, within the limits. */
export interface CallOutput {
  text: string;
  structured: Record<string, unknown>;
  bytes: number;
}

export interface CallRequest {
  name: string;
  args: Record<string, unknown>;
  meta: Record<string, unknown> | undefined;
  signal: AbortSignal;
  asker: Asker & { client: string };
}

/** Far above what a tool gives that keeps its own limits. */
const STRUCTURED_BYTES = 1_000_000;
/** Of a tool or a client, as somebody else gives it. */
const MAX_NAME = 100;
/** A name beyond this is none, and to look it through for secrets would only cost time. */
const MAX_TOLD = 1_000;
/** Counting calls costs next to nothing, and so must what is written down of one too many. */
const NOT_READ = '(not read)';

/** All that happens around the run of a tool. It never rejects: a failure is a result that says so. */
export function createCallHandler(
  options: CallOptions,
): (request: CallRequest) => Promise<CallToolResult> {
  const { environment, redact, clock } = options;
  const told = (text: string) =>
    text.length > MAX_TOLD
      ? `(${text.length} characters)`
      : truncate(redact(oneLine(text)), MAX_NAME);
  return async (request) => {
    const { asker, name, args } = request;
    const began = clock.now();
    const { result, ...ending } = await settle(request, options);
    options.record({
      at: began.toISOString(),
      environment,
      client: told(asker.client),
      caller: asker.caller,
      address: asker.address,
      tool: told(name),
      arguments: ending.outcome === 'rate_limited' ? NOT_READ : auditedArguments(args, redact),
      ms: Math.max(0, clock.now().getTime() - began.getTime()),
      ...ending,
    });
    return result;
  };
}

interface Ending {
  result: CallToolResult;
  outcome: CallOutcome;
  bytes: number;
  shared: boolean;
}

async function settle(request: CallRequest, options: CallOptions): Promise<Ending> {
  const { gate, redact, outputBytes } = options;
  const { asker, signal } = request;
  let runs = false;
  try {
    await gate.admit(asker.caller);
    const { tool, args, window, key } = prepare(request, options);
    runs = true;
    const { value, shared } = await gate.run({
      tool: tool.name,
      caller: asker.caller,
      key,
      signal,
      work: (ownSignal) => outputOf(tool, args, { window, signal: ownSignal }, options),
    });
    const { text, structured, bytes } = value;
    const result = { content: [{ type: 'text' as const, text }], structuredContent: structured };
    return { result, outcome: 'ok', bytes, shared };
  } catch (error) {
    const text = sanitiseAndCut(explain(error, request, options), redact, outputBytes);
    return {
      result: { content: [{ type: 'text', text }], isError: true },
      outcome: outcomeOf(error, signal, runs),
      bytes: Buffer.byteLength(text),
      shared: false,
    };
  }
}

/** @throws ToolError for what cannot be asked. */
function prepare(
  { name, args, meta }: CallRequest,
  {
    tools,
    withheld = [],
    defaultWindow,
  }: Pick<CallOptions, 'tools' | 'withheld' | 'defaultWindow'>,
) {
  const problem = whyTooLarge(args);
  if (problem !== null) {
    throw new ToolError(`Invalid arguments for tool ${truncate(name, MAX_NAME)}: ${problem}.`);
  }
  const tool = tools.find((known) => known.name === name);
  if (tool === undefined) {
    const held = withheld.find((known) => known.name === name);
    if (held !== undefined) throw new ToolError(`${name} is not offered: ${held.reason}.`);
    const names = tools.map((known) => known.name).join(', ');
    const asked = truncate(name, MAX_NAME);
    throw new ToolError(`There is no tool ${asked}. The tools are: ${names || 'none'}.`);
  }
  const parsed = tool.input.safeParse(args);
  if (!parsed.success) {
    throw new ToolError(argumentProblems(tool, args, parsed.error.issues));
  }
  const window = windowOf(meta, defaultWindow);
  // Without a window "the last hour" is asked about, which moves on while it stays the same question.
  const asked = meta?.[WINDOW_META] === undefined ? [] : [seconds(window.from), seconds(window.to)];
  const key = digest([name, canonicalJson(JsonObject.parse(args)), asked.join()]);
  return { tool, args: parsed.data, window, key };
}

function seconds(instant: string): number {
  return Math.floor(Date.parse(instant) / 1000);
}

async function outputOf(
  tool: Tool,
  args: Record<string, unknown>,
  context: ToolContext,
  { redact, outputBytes }: Pick<CallOptions, 'redact' | 'outputBytes'>,
): Promise<CallOutput> {
  const output = await tool.run(args, context);
  const problem = tooLarge(tool.name, sizeOf(output.structured), STRUCTURED_BYTES);
  if (problem !== null) throw new ToolError(problem);
  const text = sanitiseAndCut(output.text, redact, outputBytes);
  const structured = tool.output.parse(sanitiseFields(output.structured, redact));
  return { text, structured, bytes: Buffer.byteLength(text) + sizeOf(structured) };
}

function sizeOf(structured: Record<string, unknown>): number {
  return Buffer.byteLength(JSON.stringify(structured));
}

/** A ToolError was written to be read; anything else may hold a host, a token or a path. */
function explain(
  error: unknown,
  { name, signal }: CallRequest,
  { redact, log }: Pick<CallOptions, 'redact' | 'log'>,
): string {
  if (error instanceof ToolError) return error.message;
  if (signal.aborted) return `${name} was cancelled.`;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error({ tool: name, detail: redact(detail) }, 'a tool failed unexpectedly');
  return `${name} failed for a reason of its own; the log of the tool server has the details. Go on without it.`;
}

function outcomeOf(error: unknown, signal: AbortSignal, runs: boolean): CallOutcome {
  if (error instanceof GateError) return error.outcome;
  if (signal.aborted) return 'cancelled';
  return runs || !(error instanceof ToolError) ? 'error' : 'refused';
}
