import type { Tool } from '../tool.ts';
import type { PrometheusClient } from './client.ts';
import { queryPrometheus } from './query-prometheus.ts';

/** Every tool that asks Prometheus. */
export function prometheusTools(client: PrometheusClient): Tool[] {
  return [queryPrometheus(client)];
}
