import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Action, Consent } from '../actions/action.ts';
import type { Redact } from '../evidence/redact.ts';
import type { Logger } from '../lib/log.ts';
import { ToolError } from '../tools/tool.ts';
import { sanitiseFields, sanitiseText } from './sanitise.ts';

export interface ActionsServerOptions {
  actions: readonly Action[];
  name: string;
  version: string;
  redact: Redact;
  log: Logger;
}

/** A person has so long to answer. */
const PATIENCE_MS = 5 * 60 * 1000;

/**
 * The actions as an MCP server of their own, not yet connected to a transport. No code of an investigation
 * imports it (a test of the imports holds that); only the command that a person mounts does.
 */
export function createActionsServer(options: ActionsServerOptions): McpServer {
  const { actions, name, version } = options;
  const server = new McpServer({ name, version }, { capabilities: { tools: {} } });
  for (const action of actions) {
    server.registerTool(
      action.name,
      {
        title: action.title,
        description: action.description,
        inputSchema: action.input,
        outputSchema: action.output,
        annotations: {
          readOnlyHint: !action.changes,
          destructiveHint: action.changes,
          idempotentHint: !action.changes,
          openWorldHint: false,
        },
      },
      async (args: Record<string, unknown>, { signal }): Promise<CallToolResult> =>
        await answer(server, action, args, signal, options),
    );
  }
  return server;
}

async function answer(
  server: McpServer,
  action: Action,
  args: Record<string, unknown>,
  signal: AbortSignal,
  { redact, log }: ActionsServerOptions,
): Promise<CallToolResult> {
  try {
    const ask = (question: string) => askPerson(server, sanitiseText(question, redact), signal);
    const { text, structured } = await action.act(args, { signal, ask });
    // Who did what has to be found later, also by those who were not there.
    const structuredContent = sanitiseFields(structured, redact);
    const { confirmation, ...result } = structuredContent;
    log.info({ ...about(action, args, redact), result }, 'action');
    return { content: [{ type: 'text', text: sanitiseText(text, redact) }], structuredContent };
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const told = error instanceof ToolError ? error.message : null;
    log.warn({ ...about(action, args, redact), why: redact(told ?? detail) }, 'action not done');
    const text = told ?? `${action.name} failed; the log of the server says why.`;
    return { content: [{ type: 'text', text: sanitiseText(text, redact) }], isError: true };
  }
}

function about(action: Action, args: Record<string, unknown>, redact: Redact) {
  // A manifest may hold anything; its objects are named in the result.
  const { manifest, ...shown } = args;
  return { action: action.name, args: sanitiseFields(shown, redact) };
}

/** Not every client can ask: then the confirmation that it sends back is all there is. */
async function askPerson(
  server: McpServer,
  question: string,
  signal: AbortSignal,
): Promise<Consent> {
  if (!server.server.getClientCapabilities()?.elicitation) return 'cannot_ask';
  const answer = await server.server.elicitInput(
    {
      message: question,
      requestedSchema: {
        type: 'object',
        properties: { agree: { type: 'boolean', title: 'Do it', default: false } },
        required: ['agree'],
      },
    },
    { signal, timeout: PATIENCE_MS },
  );
  return answer.action === 'accept' && answer.content?.agree === true ? 'yes' : 'no';
}
