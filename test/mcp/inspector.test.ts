import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
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
    program = await startMcpProgram({ env: { MCP_TOKEN: TOKEN } });
  });
  afterAll(async () => {
    await program?.stop();
    await rm(home, { recursive: true });
  });

  async function inspect(target: string[], ...method: string[]): Promise<unknown> {
    const args = [INSPECTOR, '--cli', ...target, '--method', ...method];
    const env = { PATH: process.env.PATH, HOME: home };
    const { stdout } = await run(process.execPath, args, { cwd: home, env });
    return JSON.parse(stdout);
  }

  it.each([
    ['stdio', () => overStdio()],
    ['HTTP with a bearer token', () => overHttp(program.url)],
  ])('lists the tools over %s', async (_transport, target) => {
    // Strict: it fails when a client could not use one of them.
    const { tools } = Listed.parse(await inspect(target(), 'tools/list', '--strict'));
    expect(tools).toContainEqual({
      name: 'list_environments',
      annotations: { readOnlyHint: true },
    });
  });

  it.each([
    ['stdio', () => overStdio()],
    ['HTTP with a bearer token', () => overHttp(program.url)],
  ])('calls a tool over %s', async (_transport, target) => {
    const called = await inspect(target(), 'tools/call', '--tool-name', 'list_environments');
    expect(Called.parse(called).structuredContent.environments).toEqual([{ name: 'default' }]);
  });
});
