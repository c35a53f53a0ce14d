import type { ProbeResult } from '../../lib/probe.ts';
import { probeOne } from '../probe.ts';
import type { PrometheusClient } from './client.ts';

export async function probePrometheus(
  client: PrometheusClient,
  signal: AbortSignal,
): Promise<ProbeResult[]> {
  const result = await probeOne(
    'Prometheus',
    async () => {
      await client.ping(signal);
      return 'answers queries';
    },
    () =>
      'Check `prometheus.url` of this environment (the base URL, without /api/v1) and its headers, and that it can be reached from here.',
  );
  return [result];
}
