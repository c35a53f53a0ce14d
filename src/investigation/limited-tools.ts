import { page } from '../evidence/shape.ts';
import type { ToolCaller, ToolResult } from '../tools/tool.ts';

export interface ToolLimits {
  /** Calls of one run. Further ones are answered with the limit's name and reach no system. */
  toolCalls: number;
  /** Calls in flight; further ones wait for their turn. */
  concurrentToolCalls: number;
  /** Bytes of one output that are kept. */
  storedBytes: number;
}

/** The same tools, within the limits of one run. */
export function limitTools(tools: ToolCaller, limits: ToolLimits): ToolCaller {
  const turn = createGate(limits.concurrentToolCalls);
  let calls = 0;
  return {
    list: () => tools.list(),
    close: () => tools.close(),
    async call(name, args, context) {
      calls += 1;
      if (calls > limits.toolCalls) {
        const text = `Not called: the limit of ${limits.toolCalls} tool calls for one investigation is reached (limits.toolCalls).`;
        return { text, structured: null, isError: true };
      }
      return kept(await turn(() => tools.call(name, args, context)), limits.storedBytes);
    },
  };
}

function kept(result: ToolResult, maxBytes: number): ToolResult {
  const size = Buffer.byteLength(JSON.stringify(result.structured));
  const structured = size <= maxBytes ? result.structured : null;
  const bytes = Buffer.byteLength(result.text);
  if (bytes <= maxBytes) return { ...result, structured };
  const text = `${page(result.text, 0, maxBytes)}\n[cut: ${maxBytes} of ${bytes} bytes are kept (limits.storedBytes); ask for less]`;
  return { ...result, structured, text };
}

/** Lets at most `width` tasks run at once, in the order in which they came. */
function createGate(width: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // The place goes straight to the next in line, so nobody can slip in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
