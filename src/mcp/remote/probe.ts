import type { ProbeResult } from '../../lib/probe.ts';
import { PinFileError } from './pin-file.ts';
import type { RemoteTools, ServerReview } from './remote-tools.ts';
import { quarantineReason } from './vetting.ts';

/** Whether the other servers answer, and whether each of their allowed tools exists. */
export async function probeRemoteTools(
  remote: Pick<RemoteTools, 'review'>,
): Promise<ProbeResult[]> {
  try {
    return (await remote.review()).map(resultOf);
  } catch (error) {
    if (!(error instanceof PinFileError)) throw error;
    const advice = 'restore mcp-pins.json, or remove it and run: probable-cause mcp pin --accept';
    return [{ system: 'MCP servers', ok: false, detail: error.message, advice }];
  }
}

function resultOf({ server, problem, tools }: ServerReview): ProbeResult {
  const system = `MCP ${server}`;
  if (problem !== null) {
    const advice = 'check its command or url under environments[].mcp';
    return { system, ok: false, detail: problem, advice };
  }
  const quarantined = tools.flatMap((vetted) => {
    const reason = quarantineReason(vetted);
    return reason === null ? [] : [`${vetted.tool}: ${reason}`];
  });
  const count = `${tools.length - quarantined.length} of ${tools.length} allowed tools`;
  if (quarantined.length === 0) return { system, ok: true, detail: count, advice: null };
  const advice = 'run: probable-cause mcp pin; take out of allow what it refuses';
  return { system, ok: false, detail: `${count}; ${quarantined.join('; ')}`, advice };
}
