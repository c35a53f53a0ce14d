import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/*
 * Another MCP server on stdio, run as a child: `node mcp-server.ts <file>`. The file holds its tools, as
 * tools/list gives them, and is read again for each list. What a tool does goes by its name.
 */

const Request = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z.looseObject({}).default({}),
});
const Call = z.object({
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()).default({}),
});

/** As many as a page has, so that clients have to turn pages. */
const PAGE = 2;

function send(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function list(cursor: unknown): object {
  const tools = z.array(z.unknown()).parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
  const from = Number(cursor ?? 0);
  const rest = tools.length > from + PAGE ? { nextCursor: String(from + PAGE) } : {};
  return { tools: tools.slice(from, from + PAGE), ...rest };
}

function text(words: string): object {
  return { content: [{ type: 'text', text: words }] };
}

/** Null: no answer. */
function call({ name, arguments: args }: z.output<typeof Call>): object | null {
  switch (name) {
    case 'crash':
      return process.exit(3);
    case 'hang':
      process.stderr.write('will not answer\n');
      return null;
    case 'flood':
      return text('x'.repeat(5 * 1024 * 1024));
    case 'fail':
      return {
        ...text('dial tcp 10.1.2.3:6443: no such pod, see https://intern.example/x'),
        isError: true,
      };
    case 'mixed':
      return {
        content: [
          { type: 'text', text: 'words' },
          { type: 'image', data: 'AA==', mimeType: 'image/png' },
          { type: 'resource_link', uri: 'https://evil.example/x', name: 'x' },
          { type: 'resource', resource: { uri: 'file:///x', text: 'embedded' } },
        ],
      };
    case 'silent':
      return { content: [] };
    case 'changed':
      send({ method: 'notifications/tools/list_changed' });
      return text('told');
    case 'structured':
      return { content: [], structuredContent: { args } };
    case 'environment':
      return text(JSON.stringify(process.env));
    default:
      return text(JSON.stringify(args));
  }
}

function answer({ id, method, params }: z.output<typeof Request>): void {
  if (method === 'notifications/cancelled') process.stderr.write('was told to cancel\n');
  if (id === undefined) return;
  if (method === 'initialize') {
    process.stderr.write(`offered ${JSON.stringify(params.capabilities)}\n`);
    const { protocolVersion } = params;
    const serverInfo = { name: 'fake', version: '1' };
    send({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === 'tools/list') {
    send({ id, result: list(params.cursor) });
  } else if (method === 'tools/call') {
    const result = call(Call.parse(params));
    if (result !== null) send({ id, result });
  } else {
    send({ id, error: { code: -32601, message: 'Method not found' } });
  }
}

process.stdout.write('Welcome! This line is no message.\n');
if (process.argv.includes('--stubborn')) {
  // Neither the end of its input nor a polite signal ends it, nor what it has started.
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 1_000);
  const grandchild = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  process.stderr.write(`grandchild ${grandchild.pid}\n`);
}
createInterface({ input: process.stdin }).on('line', (line) =>
  answer(Request.parse(JSON.parse(line))),
);
