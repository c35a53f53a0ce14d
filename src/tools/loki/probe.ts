import type { ProbeResult } from '../../lib/probe.ts';
import { probeOne, reachAdvice } from '../probe.ts';
import type { LokiClient } from './client.ts';

const USUAL =
  'Check `loki.url` of this environment (the base URL, without /loki/api/v1), its tenant and its headers, and that it can be reached from here.';

export async function probeLoki(client: LokiClient, signal: AbortSignal): Promise<ProbeResult[]> {
  const result = await probeOne(
    'Loki',
    async () => `answers queries, ${await client.labels(signal)} labels in the last hours`,
    (error) => reachAdvice(error, '`loki.url` or LOKI_URL', USUAL),
  );
  return [result];
}
