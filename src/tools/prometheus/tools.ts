import type { Tool } from '../tool.ts';
import type { PrometheusClient } from './client.ts';
import { prometheusAlerts } from './prometheus-alerts.ts';
import { prometheusLabels } from './prometheus-labels.ts';
import { prometheusMetadata } from './prometheus-metadata.ts';
import { prometheusSeries } from './prometheus-series.ts';
import { prometheusTargets } from './prometheus-targets.ts';
import { queryInstant } from './query-instant.ts';
import { queryPrometheus } from './query-prometheus.ts';

/** Every tool that asks Prometheus. */
export function prometheusTools(client: PrometheusClient): Tool[] {
  return [
    queryPrometheus(client),
    queryInstant(client),
    prometheusSeries(client),
    prometheusLabels(client),
    prometheusMetadata(client),
    prometheusAlerts(client),
    prometheusTargets(client),
  ];
}
