import { ToolError } from './tool.ts';

/** What became of reading a little of one system, for `doctor`. */
export interface ProbeResult {
  system: string;
  ok: boolean;
  /** What was seen, in words. */
  detail: string;
  /** What to do about it; empty when it is fine. */
  advice: string;
}

/** Runs one check and turns its ToolError into a result. Whatever else it throws is a bug and passes on. */
export async function probeOne(
  system: string,
  check: () => Promise<string>,
  advice: (error: ToolError) => string,
): Promise<ProbeResult> {
  try {
    return { system, ok: true, detail: await check(), advice: '' };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { system, ok: false, detail: error.message, advice: advice(error) };
  }
}
