import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ListToolsResultSchema, type Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';
import { ToolError } from '../tools/tool.ts';

/** A server that keeps handing out cursors must not keep us. */
const MAX_PAGES = 20;

/**
 * All tools of a server, page by page. Not the SDK's `client.listTools`, which would compile every output
 * schema of a server that may be a stranger.
 *
 * @param options `timeout` in milliseconds, for each page.
 * @throws ToolError when there are more pages than anybody needs; what the SDK throws when the server does not answer.
 */
export async function listTools(
  client: Client,
  options: { timeout: number; signal?: AbortSignal },
): Promise<McpTool[]> {
  const tools: McpTool[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const request = { method: 'tools/list' as const, params };
    const page = await client.request(request, ListToolsResultSchema, options);
    tools.push(...page.tools);
    cursor = page.nextCursor;
    if (cursor === undefined) return tools;
  }
  throw new ToolError(`The tool server lists its tools on more than ${MAX_PAGES} pages.`);
}
