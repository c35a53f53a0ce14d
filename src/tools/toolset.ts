import type { ProbeResult } from '../lib/probe.ts';
import { createKubernetesClient } from './kubernetes/client.ts';
import type { KubernetesConnection } from './kubernetes/connection.ts';
import { describePod } from './kubernetes/describe-pod.ts';
import { getPods } from './kubernetes/get-pods.ts';
import { probeKubernetes } from './kubernetes/probe.ts';
import { createLokiClient, type LokiConnection } from './loki/client.ts';
import { probeLoki } from './loki/probe.ts';
import { searchLogs } from './loki/search-logs.ts';
import { createPrometheusClient, type PrometheusConnection } from './prometheus/client.ts';
import { probePrometheus } from './prometheus/probe.ts';
import { queryPrometheus } from './prometheus/query-prometheus.ts';
import type { Tool } from './tool.ts';

/** The systems of one environment, as far as they are configured. */
export interface Connections {
  kubernetes?: KubernetesConnection | undefined;
  prometheus?: PrometheusConnection | undefined;
  loki?: LokiConnection | undefined;
}

/** The tools of one environment: none for a system that is not configured. Nothing is connected to yet. */
export function createToolset({ kubernetes, prometheus, loki }: Connections): Tool[] {
  const tools: Tool[] = [];
  if (kubernetes) {
    const client = createKubernetesClient(kubernetes);
    tools.push(getPods(client), describePod(client));
  }
  if (prometheus) tools.push(queryPrometheus(createPrometheusClient(prometheus)));
  if (loki) tools.push(searchLogs(createLokiClient(loki)));
  return tools;
}

/** Reads a little of each configured system, all at once. Rejects only when aborted. */
export async function probeSystems(
  { kubernetes, prometheus, loki }: Connections,
  signal: AbortSignal,
): Promise<ProbeResult[]> {
  const probes: Promise<ProbeResult[]>[] = [];
  if (kubernetes) probes.push(probeKubernetes(createKubernetesClient(kubernetes), signal));
  if (prometheus) probes.push(probePrometheus(createPrometheusClient(prometheus), signal));
  if (loki) probes.push(probeLoki(createLokiClient(loki), signal));
  return (await Promise.all(probes)).flat();
}
