import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { TimeWindow } from '../../src/alert/window.ts';
import { LimitsSection } from '../../src/config/limits.ts';
import { createRedactor } from '../../src/evidence/redact.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { connectInMemory } from '../../src/mcp/client.ts';
import { createGate } from '../../src/mcp/gate.ts';
import { createToolServers } from '../../src/mcp/server.ts';
import type { ToolCaller } from '../../src/tools/tool.ts';
import { type Connections, createToolset } from '../../src/tools/toolset.ts';

export const ENVIRONMENT = 'production';

/** The real tools over some systems, behind the real tool server with the program's own limits. */
export async function connectTools(systems: Connections, window: TimeWindow): Promise<ToolCaller> {
  const limits = LimitsSection.parse({});
  const log = createLogger('silent');
  const redact = createRedactor('shipped cases');
  const serverFor = createToolServers({
    environment: ENVIRONMENT,
    tools: createToolset(systems, redact),
    name: 'probable-cause',
    version: packageVersion(),
    gate: createGate({
      // More than the program allows: many tests share a machine, and none is about this limit.
      callMs: 30_000,
      callsPerMinute: limits.toolCallsPerMinute,
      concurrentCalls: limits.concurrentToolCallsPerEnvironment,
    }),
    record: () => {},
    redact,
    defaultWindow: () => window,
    outputBytes: limits.outputBytes,
    clock: systemClock,
    log,
  });
  const server = serverFor({ client: 'worker', caller: 'case', address: null });
  return await connectInMemory(server, { timeoutMs: 32_000, log });
}

export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}
