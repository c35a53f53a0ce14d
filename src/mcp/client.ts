import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import {
  type CallToolResult,
  CallToolResultSchema,
  ErrorCode,
  McpError,
  type Tool as McpTool,
} from '@modelcontextprotocol/sdk/types.js';
import { JsonObject } from '../lib/json.ts';
import type { Logger } from '../lib/log.ts';
import { ALLOWED_TOOLS, visibleTools } from '../tools/policy.ts';
import type { ToolCaller, ToolContext, ToolResult, ToolSpec } from '../tools/tool.ts';
import { listTools } from './list-tools.ts';
import type { Connectable } from './server.ts';
import { WINDOW_META } from './window.ts';

export interface ToolClientOptions {
  /** Names that may exist for the model; the default is all that this project vouches for. */
  allowed?: readonly string[];
  /** For one call. Above what the server's gate allows, which says better what was wrong. */
  timeoutMs: number;
  log: Logger;
}

/**
 * Connects to a tool server in this process as a real MCP client, and pins its list of tools: what the model
 * was told of stays what it can call. `close` ends both sides.
 *
 * @throws when the server does not speak MCP; it is our own, so that is a bug.
 */
export async function connectInMemory(
  server: Connectable,
  { allowed = ALLOWED_TOOLS, timeoutMs, log }: ToolClientOptions,
): Promise<ToolCaller> {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'probable-cause-worker', version: '1' });
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  const specs = visibleTools(await listTools(client, { timeout: timeoutMs }), allowed).map(toSpec);
  const names = specs.map(({ name }) => name);
  return {
    async list() {
      return structuredClone(specs);
    },
    async call(name, args, context) {
      context.signal.throwIfAborted();
      if (!names.includes(name)) {
        return failed(`There is no tool ${name}. The tools are: ${names.join(', ') || 'none'}.`);
      }
      return await callTool(client, name, args, context, timeoutMs, log);
    },
    async close() {
      await client.close();
    },
  };
}

function toSpec({ name, description, inputSchema }: McpTool): ToolSpec {
  return { name, description: description ?? '', inputSchema: JsonObject.parse(inputSchema) };
}

async function callTool(
  client: Client,
  name: string,
  args: JsonObject,
  { window, signal }: ToolContext,
  timeoutMs: number,
  log: Logger,
): Promise<ToolResult> {
  // The SDK never takes its listener off the signal it is given, and the investigation's lives long.
  const own = new AbortController();
  const abort = () => own.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const params = { name, arguments: args, _meta: { [WINDOW_META]: window } };
    const request = { method: 'tools/call' as const, params };
    const options = { signal: own.signal, timeout: timeoutMs };
    return toResult(await client.request(request, CallToolResultSchema, options));
  } catch (error) {
    signal.throwIfAborted();
    return failed(explain(name, error, timeoutMs, log));
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function explain(name: string, error: unknown, timeoutMs: number, log: Logger): string {
  if (error instanceof McpError && error.code === ErrorCode.RequestTimeout) {
    return `${name} did not answer within ${timeoutMs / 1000} s. Ask for less, or go on without it.`;
  }
  const detail = error instanceof Error ? error.message : String(error);
  log.error({ tool: name, detail }, 'a call over MCP failed');
  if (error instanceof McpError && error.code === ErrorCode.ConnectionClosed) {
    return `${name} gave no answer: the tool server is gone.`;
  }
  return `${name} gave no answer that can be read. Go on without it.`;
}

function toResult({ content, structuredContent, isError }: CallToolResult): ToolResult {
  const texts = content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  const structured = JsonObject.safeParse(structuredContent);
  return {
    text: texts.join('\n'),
    structured: structured.success ? structured.data : null,
    isError: isError === true,
  };
}

function failed(text: string): ToolResult {
  return { text, structured: null, isError: true };
}
