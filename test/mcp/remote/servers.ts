import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createRedactor } from '../../../src/evidence/redact.ts';
import { connectInMemory } from '../../../src/mcp/client.ts';
import { withCurrentTools } from '../../../src/mcp/remote/current-tools.ts';
import type { RemoteServer } from '../../../src/mcp/remote/endpoint.ts';
import { readPins, writePins } from '../../../src/mcp/remote/pin-file.ts';
import { accept } from '../../../src/mcp/remote/pins.ts';
import { openRemoteTools, type RemoteTools } from '../../../src/mcp/remote/remote-tools.ts';
import type { Tool, ToolCaller, ToolContext } from '../../../src/tools/tool.ts';
import { memoryLog, serversOf } from '../tool-server.ts';

/** A clock that stands still until it is told to move. */
function stoppedClock() {
  let ms = Date.parse('2026-11-21T03:12:00Z');
  return {
    now: () => new Date(ms),
    forward(by: number) {
      ms += by;
    },
  };
}

/** A tool as tools/list gives it. */
export function listed(name: string, more: Record<string, unknown> = {}) {
  return {
    name,
    description: `Does ${name}.`,
    inputSchema: { type: 'object', properties: { word: { type: 'string' } } },
    annotations: { readOnlyHint: true },
    ...more,
  };
}

export interface OpenedServers extends RemoteTools {
  clock: ReturnType<typeof stoppedClock>;
  /** What was logged, all levels. */
  lines: string[];
  pinFile: string;
  /** Accepts all that waits, as `mcp pin --accept` does. */
  acceptAll(): Promise<void>;
  tool(name: string): Promise<Tool>;
}

export interface OpenedTools extends OpenedServers {
  /** Changes what the fake server lists from now on. */
  list(tools: readonly object[]): void;
}

type ChildEndpoint = Extract<RemoteServer['endpoint'], { kind: 'command' }>;

export const FAKE_SERVER = new URL('../../fakes/mcp-server.ts', import.meta.url).pathname;

/** The fake server with these tools, all of them allowed. */
export function openTools(
  tools: readonly { name: string }[],
  endpoint: Partial<ChildEndpoint> = {},
): OpenedTools {
  const toolsFile = join(mkdtempSync(join(tmpdir(), 'remote-')), 'tools.json');
  const list = (now: readonly object[]) => writeFileSync(toolsFile, JSON.stringify(now));
  list(tools);
  const command = [process.execPath, FAKE_SERVER, toolsFile];
  const child: ChildEndpoint = { kind: 'command', command, inherited: {}, env: {}, cwd: tmpdir() };
  const allow = tools.map(({ name }) => name);
  return { ...openServers([{ name: 'fake', allow, endpoint: { ...child, ...endpoint } }]), list };
}

export function openServers(servers: readonly RemoteServer[], timeoutMs = 10_000): OpenedServers {
  const clock = stoppedClock();
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const pinFile = join(mkdtempSync(join(tmpdir(), 'pins-')), 'mcp-pins.json');
  const redact = createRedactor('key');
  const remote = openRemoteTools({
    ...{ environment: 'here', servers, pinFile, timeoutMs, redact, clock, log },
  });
  return {
    ...remote,
    clock,
    lines,
    pinFile,
    async acceptAll() {
      const waiting = (await remote.review()).flatMap(({ server, tools }) =>
        tools.flatMap(({ tool, verdict }) =>
          verdict.state === 'new' || verdict.state === 'changed'
            ? [{ environment: 'here', server, tool, definition: verdict.definition }]
            : [],
        ),
      );
      await writePins(pinFile, accept(await readPins(pinFile), waiting, clock.now().toISOString()));
    },
    async tool(name) {
      const { tools } = await remote.catalogue();
      const found = tools.find((tool) => tool.name === name);
      if (found === undefined) throw new Error(`no ${name} among ${tools.map((it) => it.name)}`);
      return found;
    },
  };
}

export function context(signal: AbortSignal = new AbortController().signal): ToolContext {
  return { window: { from: '2026-11-21T02:12:00Z', to: '2026-11-21T03:12:00Z' }, signal };
}

/** The tools as an investigation has them: through our own server and client. */
export function connectThrough(
  remote: Pick<RemoteTools, 'catalogue'>,
  allowed: readonly string[],
): Promise<ToolCaller> {
  const server = withCurrentTools(remote, ({ tools }) => serversOf(tools));
  const { log } = memoryLog();
  const asker = { client: 'worker', caller: 'run', address: null };
  return connectInMemory(server(asker), { allowed, timeoutMs: 10_000, log });
}
