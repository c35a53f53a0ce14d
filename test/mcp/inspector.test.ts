import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from '../e2e/world.ts';
import { type McpProgram, startMcpProgram } from './mcp-program.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const run = promisify(execFile);
const INSPECTOR = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/inspector/clients/launcher/build/index.js'),
);
const BIN = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

const SECTION = README.split(/^## /m).find((part) => part.startsWith('Mount the tools\n')) ?? '';
const BLOCKS = [...SECTION.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
);
/** The lines of its shell blocks, as a reader copies them. */
const LINES = BLOCKS.filter(({ language }) => language === '').flatMap(({ text }) =>
  text.trimEnd().split('\n'),
);
const lineWith = (...parts: string[]): string => {
  const found = LINES.filter((line) => parts.every((part) => line.includes(part)));
  expect(found, `the README has one line with ${parts.join(' and ')}`).toHaveLength(1);
  return found.join();
};
const SYSTEMS = ['KUBECONFIG', 'PROMETHEUS_URL', 'LOKI_URL'] as const;
const [, TOKEN = ''] = /MCP_TOKEN=(\S+)/.exec(lineWith('mcp --http')) ?? [];

const Listed = z.object({
  tools: z.array(
    z.object({ name: z.string(), annotations: z.object({ readOnlyHint: z.boolean() }) }),
  ),
});
const Called = z.object({
  isError: z.literal(true).optional(),
  structuredContent: z.object({
    environments: z.tuple([
      z.object({ name: z.string(), systems: z.array(z.object({ system: z.string() })) }),
    ]),
  }),
});

describe('the section "Mount the tools" of the README', () => {
  let world: World;
  let program: McpProgram;
  beforeAll(async () => {
    world = await startWorld();
    program = await startMcpProgram({ env: { ...systems(), MCP_TOKEN: TOKEN } });
  });
  afterAll(async () => {
    await program?.stop();
    await world?.close();
  });

  /** What the reader's `export` sets, with the fakes in the place of their systems. */
  function systems(): Record<string, string> {
    return Object.fromEntries(SYSTEMS.map((name) => [name, world.place.env[name] ?? '']));
  }

  /** A line as it stands, but for what takes a build and a download, for the port, and for busy machines. */
  async function inspect(line: string): Promise<{ result: unknown; warnings: string }> {
    const command = line
      .replace('npx mcp-inspector', `"${process.execPath}" "${INSPECTOR}"`)
      .replace('node dist/src/cli/bin.js', `"${process.execPath}" "${BIN}"`)
      .replace('http://127.0.0.1:8090/mcp', program.url);
    const env = { PATH: process.env.PATH, HOME: world.place.dir, ...systems() };
    const patient = `${command} --connect-timeout 60000`;
    const { stdout, stderr } = await run('sh', ['-c', patient], { cwd: world.place.dir, env });
    return { result: JSON.parse(stdout), warnings: stderr };
  }

  it('sets for the shell what its commands pass on', () => {
    const exported = lineWith('export ');
    for (const name of SYSTEMS) expect(exported).toContain(` ${name}=`);
  });

  it.each([
    ['stdio', ['mcp-inspector', 'bin.js mcp', 'tools/list']],
    ['HTTP with a bearer token', ['mcp-inspector', '--transport http', 'tools/list']],
  ])('lists the tools of all systems over %s', async (_transport, parts) => {
    // Strict: it fails for what no client can use, and warns of what some cannot.
    const { result, warnings } = await inspect(lineWith(...parts, '--strict'));
    expect(warnings).not.toMatch(/warning|inputSchema|outputSchema/);
    const { tools } = Listed.parse(result);
    for (const name of ['list_environments', 'kubectl_get', 'query_prometheus', 'search_logs']) {
      expect(tools).toContainEqual({ name, annotations: { readOnlyHint: true } });
    }
  });

  it('calls a tool', async () => {
    const { result } = await inspect(lineWith('mcp-inspector', 'list_environments'));
    const [{ systems }] = Called.parse(result).structuredContent.environments;
    expect(systems.map(({ system }) => system)).toEqual(['Kubernetes', 'Prometheus', 'Loki']);
  });

  it('gives the server its variables in the command of a client, too', () => {
    for (const name of SYSTEMS) expect(lineWith('claude mcp add')).toContain(`-e ${name}=`);
  });

  it('gives a client that is configured by a file its variables there', () => {
    const { text = '' } = BLOCKS.find(({ language }) => language === 'json') ?? {};
    const Env = z.record(z.string(), z.string());
    const server = z.object({ mcpServers: z.record(z.string(), z.object({ env: Env })) });
    const { mcpServers } = server.parse(JSON.parse(text));
    expect(Object.keys(mcpServers['probable-cause']?.env ?? {})).toEqual([...SYSTEMS]);
  });
});
