import type { ProbeResult } from '../lib/probe.ts';
import { ToolError } from './tool.ts';

/** Runs one check and turns its ToolError into a result. Whatever else it throws is a bug and passes on. */
export async function probeOne(
  system: string,
  check: () => Promise<string>,
  advice: (error: ToolError) => string,
): Promise<ProbeResult> {
  try {
    return { system, ok: true, detail: await check(), advice: null };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { system, ok: false, detail: error.message, advice: advice(error) };
  }
}
