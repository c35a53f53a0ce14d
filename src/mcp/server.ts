import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  type Tool as McpTool,
  ToolSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Tool } from '../tools/tool.ts';
import type { Asker } from './audit.ts';
import { type CallOptions, createCallHandler } from './call.ts';
import { publishedInput, publishedOutput } from './published-schema.ts';

export interface ToolServersOptions extends CallOptions {
  name: string;
  version: string;
}

/** A server that can be connected to one transport, once. */
export interface Connectable {
  connect(transport: Transport): Promise<void>;
  close(): Promise<void>;
}

/** All tools only read, give the same answer to the same question, and know one environment. */
const ANNOTATIONS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** For the model of a person's client, which has read nothing else about us. */
const INSTRUCTIONS =
  'Read-only tools for one environment; nothing here can change anything. Start with list_environments: it says what ' +
  'there is to read, and which window of time a question without one is about.';

/** Where clients name themselves in each request since MCP 2026-07-28, which has no `initialize`. */
const CLIENT_INFO_META = 'io.modelcontextprotocol/clientInfo';
const ClientInfo = z.object({ name: z.string(), version: z.string().optional() });

/**
 * The tools of one environment as MCP servers, all behind one gate. What this gives makes the server of one
 * client, not yet connected to a transport.
 *
 * The SDK's McpServer answers unknown tools and wrong arguments by itself, where neither the rate limit nor
 * the audit sees them: hence its lower-level Server.
 */
export function createToolServers(options: ToolServersOptions): (asker: Asker) => Connectable {
  const { name, version } = options;
  const tools = options.tools.map(published);
  const call = createCallHandler(options);
  return (asker) => {
    // Declared here, so that an environment without any system has an empty list and not an unknown method.
    const capabilities = { tools: {} };
    const server = new Server({ name, version }, { capabilities, instructions: INSTRUCTIONS });
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
    server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, _meta }) => {
      const client =
        clientOf(_meta?.[CLIENT_INFO_META]) ?? asker.client ?? clientOf(server.getClientVersion());
      return await call({
        name: params.name,
        args: params.arguments ?? {},
        meta: _meta,
        signal,
        asker: { ...asker, client: client ?? 'unknown' },
      });
    });
    return server;
  };
}

function clientOf(told: unknown): string | null {
  const info = ClientInfo.safeParse(told);
  if (!info.success) return null;
  return [info.data.name, info.data.version].filter(Boolean).join('/');
}

function published({ name, title, description, input, output }: Tool): McpTool {
  return ToolSchema.parse({
    name,
    title,
    description,
    inputSchema: publishedInput(input),
    annotations: ANNOTATIONS,
    outputSchema: publishedOutput(output),
  });
}
