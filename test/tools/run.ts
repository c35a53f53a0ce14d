import { createRedactor } from '../../src/evidence/redact.ts';
import { type Tool, ToolError, type ToolOutput } from '../../src/tools/tool.ts';
import { WINDOW } from './shop.ts';

/** What the clients of back ends redact with, in tests to which the key does not matter. */
export const redact = createRedactor('test-key');

/** Runs one tool of a set as the server does: arguments through its schema, over the shop's window. */
export async function run(
  tools: readonly Tool[],
  name: string,
  args: Record<string, unknown>,
  signal: AbortSignal = new AbortController().signal,
): Promise<ToolOutput<Record<string, unknown>>> {
  const tool = tools.find((it) => it.name === name);
  if (!tool) throw new Error(`no tool ${name}`);
  const output = await tool.run(tool.input.parse(args), { window: WINDOW, signal });
  return { text: output.text, structured: tool.output.parse(output.structured) };
}

/** The message of the ToolError that a promise rejects with; anything else fails the test. */
export async function toolError(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ToolError) return error.message;
    throw error;
  }
  throw new Error('did not fail');
}
