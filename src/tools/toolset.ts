import type { Redact } from '../evidence/redact.ts';
import type { ProbeResult } from '../lib/probe.ts';
import { recentChanges } from './changes/recent-changes.ts';
import { kubernetesChanges } from './kubernetes/changes/kubernetes-changes.ts';
import { createKubernetesClient, type KubernetesClient } from './kubernetes/client.ts';
import type { KubernetesConnection } from './kubernetes/connection.ts';
import { probeKubernetes } from './kubernetes/probe.ts';
import { kubernetesTools } from './kubernetes/tools.ts';
import { createLokiClient, type LokiConnection } from './loki/client.ts';
import { probeLoki } from './loki/probe.ts';
import { lokiTools } from './loki/tools.ts';
import { createPrometheusClient, type PrometheusConnection } from './prometheus/client.ts';
import { probePrometheus } from './prometheus/probe.ts';
import { prometheusTools } from './prometheus/tools.ts';
import type { Tool } from './tool.ts';

/** The systems of one environment, as far as they are configured. */
export interface Connections {
  kubernetes?: KubernetesConnection | undefined;
  prometheus?: PrometheusConnection | undefined;
  loki?: LokiConnection | undefined;
}

/** The tools of one environment: none for a system that is not configured. Nothing is connected to yet.
 * `redact` is applied to what a system answers before anything else is. */
export function createToolset(
  { kubernetes, prometheus, loki }: Connections,
  redact: Redact,
): Tool[] {
  return [
    ...(kubernetes ? clusterTools(createKubernetesClient(kubernetes, redact)) : []),
    ...(prometheus ? prometheusTools(createPrometheusClient(prometheus, redact)) : []),
    ...(loki ? lokiTools(createLokiClient(loki, redact)) : []),
  ];
}

/** A cluster's own tools, and what changed: as yet it is the only one that knows. */
function clusterTools(client: KubernetesClient): Tool[] {
  return [...kubernetesTools(client), recentChanges([kubernetesChanges(client)])];
}

/** Reads a little of each configured system, all at once. Rejects only when aborted. */
export async function probeSystems(
  { kubernetes, prometheus, loki }: Connections,
  redact: Redact,
  signal: AbortSignal,
): Promise<ProbeResult[]> {
  const probes: Promise<ProbeResult[]>[] = [];
  if (kubernetes) probes.push(probeKubernetes(createKubernetesClient(kubernetes, redact), signal));
  if (prometheus) probes.push(probePrometheus(createPrometheusClient(prometheus, redact), signal));
  if (loki) probes.push(probeLoki(createLokiClient(loki, redact), signal));
  return (await Promise.all(probes)).flat();
}
