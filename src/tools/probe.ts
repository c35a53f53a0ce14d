import type { ProbeResult } from '../lib/probe.ts';
import { Unreachable } from './http.ts';
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

/** What to do about a system that gives no answer, by why it does not; `usual` where that says nothing. */
export function reachAdvice(error: ToolError, setting: string, usual: string): string {
  if (!(error instanceof Unreachable)) return usual;
  const known = ADVICE.find(({ reason }) => reason.test(error.reason));
  return known === undefined ? usual : `${known.advice} It is set as ${setting}.`;
}

const ADVICE = [
  {
    reason: /refused/,
    advice:
      'Nothing listens there: check the port, and that it runs (a port-forward ends with its pod).',
  },
  {
    reason: /does not resolve/,
    advice: "Check the name: that of a cluster's service is known inside the cluster alone.",
  },
  {
    reason: /timed out|no route/,
    advice:
      'Something between here and it drops packets: check the address, the VPN and network policies.',
  },
  {
    reason: /certificate/,
    advice:
      "Check the name in the URL, and give Node the authority's file (NODE_EXTRA_CA_CERTS, or caFile).",
  },
];
