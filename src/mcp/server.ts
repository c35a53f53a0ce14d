import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { TimeWindow } from '../alert/window.ts';
import type { Redact } from '../evidence/redact.ts';
import type { Logger } from '../lib/log.ts';
import { type Tool, type ToolContext, ToolError } from '../tools/tool.ts';
import { sanitiseFields, sanitiseText } from './sanitise.ts';
import { windowOf } from './window.ts';

export interface ToolServerOptions {
  tools: readonly Tool[];
  name: string;
  version: string;
  /** Applied to every text and every string of structured content before it leaves. */
  redact: Redact;
  /** For requests that carry no window: those of people's own MCP clients. */
  defaultWindow: () => TimeWindow;
  log: Logger;
}

/** All tools only read, give the same answer to the same question, and know one environment. */
const ANNOTATIONS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/**
 * The tools as an MCP server, not yet connected to a transport. A server has one client: make another one
 * for another client.
 */
export function createToolServer(options: ToolServerOptions): McpServer {
  const { tools, name, version } = options;
  // Declared here, so that an environment without any system has an empty list and not an unknown method.
  const server = new McpServer({ name, version }, { capabilities: { tools: {} } });
  for (const tool of tools) {
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        inputSchema: tool.input,
        outputSchema: tool.output,
        annotations: ANNOTATIONS,
      },
      async (args: Record<string, unknown>, extra): Promise<CallToolResult> =>
        await answer(tool, args, extra, options),
    );
  }
  return server;
}

async function answer(
  tool: Tool,
  args: Record<string, unknown>,
  request: { signal: AbortSignal; _meta?: Record<string, unknown> },
  { redact, defaultWindow, log }: ToolServerOptions,
): Promise<CallToolResult> {
  try {
    const window = windowOf(request._meta, defaultWindow);
    const context: ToolContext = { window, signal: request.signal };
    const { text, structured } = await tool.run(args, context);
    return {
      content: [{ type: 'text', text: sanitiseText(text, redact) }],
      structuredContent: sanitiseFields(structured, redact),
    };
  } catch (error) {
    return failure(sanitiseText(explain(tool, error, request.signal, redact, log), redact));
  }
}

/** A ToolError was written to be read; anything else may hold a host, a token or a path. */
function explain(
  tool: Tool,
  error: unknown,
  signal: AbortSignal,
  redact: Redact,
  log: Logger,
): string {
  if (error instanceof ToolError) return error.message;
  if (signal.aborted) return `${tool.name} was cancelled.`;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error({ tool: tool.name, detail: redact(detail) }, 'a tool failed unexpectedly');
  return `${tool.name} failed for a reason of its own; the log of the tool server has the details. Go on without it.`;
}

function failure(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
