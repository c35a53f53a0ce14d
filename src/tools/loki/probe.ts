import type { ProbeResult } from '../../lib/probe.ts';
import { probeOne } from '../probe.ts';
import type { LokiClient } from './client.ts';

export async function probeLoki(client: LokiClient, signal: AbortSignal): Promise<ProbeResult[]> {
  const result = await probeOne(
    'Loki',
    async () => `answers queries, ${await client.labels(signal)} labels in the last hours`,
    () =>
      'Check `loki.url` of this environment (the base URL, without /loki/api/v1), its tenant and its headers, and that it can be reached from here.',
  );
  return [result];
}
