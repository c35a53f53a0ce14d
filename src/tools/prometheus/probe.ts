import type { ProbeResult } from '../../lib/probe.ts';
import { probeOne, reachAdvice } from '../probe.ts';
import type { PrometheusClient } from './client.ts';

const USUAL =
  'Check `prometheus.url` of this environment (the base URL, without /api/v1) and its headers, and that it can be reached from here.';

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
    (error) => reachAdvice(error, '`prometheus.url` or PROMETHEUS_URL', USUAL),
  );
  return [result];
}
