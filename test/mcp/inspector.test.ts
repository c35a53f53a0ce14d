import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandOf } from '../e2e/program.ts';
import { type McpProgram, startMcpProgram } from './mcp-program.ts';

const run = promisify(execFile);
const INSPECTOR = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/inspector/clients/launcher/build/index.js'),
);
const TOKEN = 'token-of-this-test';

const Listed = z.object({
  tools: z.array(
    z.object({ name: z.string(), annotations: z.object({ readOnlyHint: z.boolean() }) }),
  ),
});
const Called = z.object({
  isError: z.literal(true).optional(),
  structuredContent: z.object({ environments: z.array(z.object({ name: z.string() })) }),
});

/** An environment with every tool there is, of systems that nobody asks anything. */
const CONFIG = `
environments:
  - name: default
    kubernetes: {url: "http://127.0.0.1:1", tokenFile: token}
    prometheus: {url: "http://127.0.0.1:1"}
    loki: {url: "http://127.0.0.1:1"}
`;

const own = commandOf(['mcp'], {});
const overStdio = () => [own.command, ...own.args];

const overHttp = (url: string) => [
  url,
  '--transport',
  'http',
  '--header',
  `Authorization: Bearer ${TOKEN}`,
];

describe.concurrent('the MCP inspector', () => {
  let program: McpProgram;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pc-inspector-'));
    // Where the inspector starts its own, that one reads it.
    await writeFile(join(home, 'probable-cause.yaml'), CONFIG);
    program = await startMcpProgram({ env: { MCP_TOKEN: TOKEN }, config: CONFIG });
  });
  afterAll(async () => {
    await program?.stop();
    await rm(home, { recursive: true });
  });

  async function inspect(target: string[], ...method: string[]) {
    const args = [INSPECTOR, '--cli', ...target, '--method', ...method];
    const env = { PATH: process.env.PATH, HOME: home };
    const { stdout, stderr } = await run(process.execPath, args, { cwd: home, env });
    const result: unknown = JSON.parse(stdout);
    return { result, stderr };
  }

  it.each([
    ['stdio', () => overStdio()],
    ['HTTP with a bearer token', () => overHttp(program.url)],
  ])(
    'lists every tool over %s, with no schema that a client could not use',
    async (_transport, target) => {
      // Strict: it fails for what no client can use, and warns of what some cannot.
      const { result, stderr } = await inspect(target(), 'tools/list', '--strict');
      const { tools } = Listed.parse(result);
      expect(tools.length).toBeGreaterThan(20);
      expect(tools).toContainEqual({
        name: 'list_environments',
        annotations: { readOnlyHint: true },
      });
      expect(stderr).not.toMatch(/warning|inputSchema|outputSchema/);
    },
  );

  it.each([
    ['stdio', () => overStdio()],
    ['HTTP with a bearer token', () => overHttp(program.url)],
  ])('calls a tool over %s', async (_transport, target) => {
    const { result } = await inspect(target(), 'tools/call', '--tool-name', 'list_environments');
    expect(Called.parse(result).structuredContent.environments).toEqual([{ name: 'default' }]);
  });
});
