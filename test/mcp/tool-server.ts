import { pino } from 'pino';
import { z } from 'zod';
import { createRedactor } from '../../src/evidence/redact.ts';
import type { Logger } from '../../src/lib/log.ts';
import { createToolServer } from '../../src/mcp/server.ts';
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

export function serverOf(tools: readonly Tool[], log: Logger = memoryLog().log) {
  const redact = createRedactor('key');
  return createToolServer({
    tools,
    name: 'test',
    version: '1',
    redact,
    defaultWindow: () => DEFAULT_WINDOW,
    log,
  });
}
