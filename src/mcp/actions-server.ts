import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool as McpTool,
  ToolSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { type Action, type ActionOutput, ActionRefused, type Consent } from '../actions/action.ts';
import type { Redact } from '../evidence/redact.ts';
import type { Clock } from '../lib/clock.ts';
import { oneLine, truncate } from '../lib/escape.ts';
import type { Logger } from '../lib/log.ts';
import { ToolError } from '../tools/tool.ts';
import { argumentProblems } from './argument-problems.ts';
import type { AuditEntry, CallOutcome } from './audit.ts';
import { auditedArguments } from './bounded-arguments.ts';
import { sanitiseFields, sanitiseText } from './sanitise.ts';
import type { Connectable } from './server.ts';

export interface ActionsServerOptions {
  environment: string;
  actions: readonly Action[];
  name: string;
  version: string;
  /** Told of each call when it has ended. */
  record: (entry: AuditEntry) => void;
  redact: Redact;
  clock: Clock;
  log: Logger;
}

/** A person has so long to answer. */
const PATIENCE_MS = 5 * 60 * 1000;
const MAX_NAME = 100;

const INSTRUCTIONS =
  'These tools can change the cluster. The first call of each only proposes, or tries: show a person what it says, ' +
  'and call again with its confirmation only when they agree.';

/**
 * The actions as an MCP server of their own, not yet connected to a transport. No code of an investigation
 * imports it (a test of the imports holds that); only the command that a person mounts does.
 *
 * The SDK's McpServer answers unknown tools and wrong arguments by itself, where the audit does not see them:
 * hence its lower-level Server.
 */
export function createActionsServer(options: ActionsServerOptions): Connectable {
  const { actions, name, version } = options;
  const capabilities = { capabilities: { tools: {} }, instructions: INSTRUCTIONS };
  const server = new Server({ name, version }, capabilities);
  const tools = actions.map(published);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const call = { name: params.name, args: params.arguments ?? {}, signal };
    return await answer(server, call, options);
  });
  return server;
}

function published({ name, title, description, input, output, changes }: Action): McpTool {
  return ToolSchema.parse({
    name,
    title,
    description,
    inputSchema: z.toJSONSchema(input, { target: 'draft-7', io: 'input' }),
    outputSchema: z.toJSONSchema(output, { target: 'draft-7', io: 'output' }),
    annotations: {
      readOnlyHint: !changes,
      destructiveHint: changes,
      idempotentHint: !changes,
      openWorldHint: false,
    },
  });
}

interface ActionCall {
  name: string;
  args: Record<string, unknown>;
  signal: AbortSignal;
}

/** Who did what has to be found later, also by those who were not there. */
async function answer(
  server: Server,
  call: ActionCall,
  options: ActionsServerOptions,
): Promise<CallToolResult> {
  const { environment, record, redact, clock } = options;
  const began = clock.now();
  const { result, outcome } = await settle(server, call, options);
  const { name = 'unknown', version = '' } = server.getClientVersion() ?? {};
  const told = (text: string) => truncate(redact(oneLine(text.slice(0, 2 * MAX_NAME))), MAX_NAME);
  record({
    at: began.toISOString(),
    environment,
    client: told([name, version].filter(Boolean).join('/')),
    caller: 'stdio',
    address: null,
    tool: told(call.name),
    arguments: auditedArguments(withoutManifest(call.args), redact),
    ms: Math.max(0, clock.now().getTime() - began.getTime()),
    bytes: Buffer.byteLength(JSON.stringify(result)),
    outcome,
    shared: false,
  });
  return result;
}

async function settle(
  server: Server,
  call: ActionCall,
  options: ActionsServerOptions,
): Promise<{ result: CallToolResult; outcome: CallOutcome }> {
  const { redact, log } = options;
  const about = { action: call.name, args: auditedArguments(withoutManifest(call.args), redact) };
  try {
    const { text, structured, outcome } = await act(server, call, options);
    const structuredContent = sanitiseFields(structured, redact);
    const { confirmation, ...result } = structuredContent;
    log.info({ ...about, result }, 'action');
    const content = [{ type: 'text' as const, text: sanitiseText(text, redact) }];
    return { result: { content, structuredContent }, outcome };
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const told = error instanceof ToolError ? error.message : null;
    log.warn({ ...about, why: redact(told ?? detail) }, 'action not done');
    const text = sanitiseText(
      told ?? `${call.name} failed; the log of the server says why.`,
      redact,
    );
    const outcome = error instanceof ActionRefused ? 'refused' : 'error';
    return {
      result: { content: [{ type: 'text', text }], isError: true },
      outcome: call.signal.aborted ? 'cancelled' : outcome,
    };
  }
}

/** @throws ToolError in words; ActionRefused when the cluster was not asked to change anything. */
async function act(
  server: Server,
  { name, args, signal }: ActionCall,
  { actions, redact }: ActionsServerOptions,
): Promise<ActionOutput<Record<string, unknown>>> {
  const action = actions.find((known) => known.name === name);
  if (action === undefined) {
    const names = actions.map((known) => known.name).join(', ');
    throw new ActionRefused(
      `There is no tool ${truncate(oneLine(name), MAX_NAME)}. The tools are: ${names}.`,
    );
  }
  const parsed = action.input.safeParse(args);
  if (!parsed.success) {
    throw new ActionRefused(argumentProblems(action, args, parsed.error.issues));
  }
  const ask = (question: string) => askPerson(server, sanitiseText(question, redact), signal);
  return await action.act(parsed.data, { signal, ask });
}

/** A manifest may hold anything, and a confirmation is a key: of both is told that they were there. */
function withoutManifest({ manifest, confirmation, ...rest }: Record<string, unknown>) {
  return {
    ...rest,
    ...(manifest === undefined ? {} : { manifest: '(not shown)' }),
    ...(confirmation === undefined ? {} : { confirmation: '(given)' }),
  };
}

/**
 * Not every client can ask: then the confirmation that it sends back is all there is.
 *
 * @throws ActionRefused when there is no answer, or none that can be taken for a yes or a no.
 */
async function askPerson(server: Server, message: string, signal: AbortSignal): Promise<Consent> {
  if (!server.getClientCapabilities()?.elicitation?.form) return 'cannot_ask';
  try {
    const { action, content } = await server.elicitInput(
      { message, requestedSchema: AGREEMENT },
      { signal, timeout: PATIENCE_MS },
    );
    if (action !== 'accept') return 'no';
    if (content === undefined) throw new ActionRefused(`Nothing was changed: ${UNCLEAR}`);
    return content.agree === true ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof ActionRefused) throw error;
    const late = error instanceof McpError && error.code === ErrorCode.RequestTimeout;
    throw new ActionRefused(`Nothing was changed: ${late ? NOBODY : UNCLEAR}`);
  }
}

const AGREEMENT = {
  type: 'object' as const,
  properties: { agree: { type: 'boolean' as const, title: 'Do it', default: false } },
  required: ['agree'],
};
const NOBODY = 'the person was asked and did not answer in time.';
const UNCLEAR =
  'the person was asked, and the answer of the client does not say whether they agree.';
