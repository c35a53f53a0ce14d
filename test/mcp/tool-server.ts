import { pino } from 'pino';
import { z } from 'zod';
import { createRedactor, type Redact } from '../../src/evidence/redact.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Logger } from '../../src/lib/log.ts';
import type { Asker, AuditEntry } from '../../src/mcp/audit.ts';
import { createGate, type GateLimits } from '../../src/mcp/gate.ts';
import { type Connectable, createToolServers } from '../../src/mcp/server.ts';
import type { Tool, ToolContext } from '../../src/tools/tool.ts';

/** What a person's MCP client, which sends no window, would ask about. */
export const DEFAULT_WINDOW = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' };

/** A logger and the lines that it wrote. */
export function memoryLog(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  return { log: pino({}, { write: (line: string) => void lines.push(line) }), lines };
}

const Input = z.strictObject({ word: z.string().min(1) });
const Output = z.object({
  word: z.string(),
  window: z.object({ from: z.string(), to: z.string() }),
});

/** A tool that says what it was told, unless `behaviour` does something else. */
export function echo(
  name = 'search_logs',
  behaviour: (word: string, context: ToolContext) => Promise<string> = async (word) => word,
): Tool<typeof Input, typeof Output> {
  return {
    name,
    title: 'Echo',
    description: 'Says what it was told.',
    input: Input,
    output: Output,
    async run({ word }, context) {
      const text = await behaviour(word, context);
      return { text, structured: { word: text, window: context.window } };
    },
  };
}

export interface ServersOptions {
  log?: Logger;
  limits?: Partial<GateLimits>;
  record?: (entry: AuditEntry) => void;
  outputBytes?: number;
  redact?: Redact;
  withheld?: { name: string; reason: string }[];
}

/** Makes the tool server of each client, all behind one gate. */
export function serversOf(
  tools: readonly Tool[],
  {
    log = memoryLog().log,
    limits = {},
    record = () => {},
    outputBytes = 200_000,
    redact = createRedactor('key'),
    withheld = [],
  }: ServersOptions = {},
): (asker: Asker) => Connectable {
  return createToolServers({
    environment: 'shop',
    tools,
    withheld,
    name: 'test',
    version: '1',
    gate: createGate({ callMs: 5_000, callsPerMinute: 600, concurrentCalls: 16, ...limits }),
    record,
    redact,
    defaultWindow: () => DEFAULT_WINDOW,
    outputBytes,
    clock: systemClock,
    log,
  });
}

/** The tool server of one client. */
export function serverOf(tools: readonly Tool[], options: ServersOptions = {}): Connectable {
  return serversOf(tools, options)({ client: null, caller: 'stdio', address: null });
}
