import { z } from 'zod';
import { type Tool, ToolError } from '../../tool.ts';
import { Namespace } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { KubernetesFailure } from '../failure.ts';
import { NodeMetrics, PodMetrics } from '../objects/metrics.ts';
import { Node } from '../objects/node.ts';
import { Pod } from '../objects/pod.ts';
import type { Resource } from '../resources.ts';
import { listBeside, listVisible, scopeText, withNamespaceAdvice } from '../visible-list.ts';
import { renderUsage } from './render-usage.ts';
import { nodeUsage, podUsage, Usage } from './usage.ts';

const Input = z.strictObject({
  kind: z.enum(['pods', 'nodes']),
  namespace: Namespace.optional().describe('Of the pods; left out, every one that may be read.'),
});
type Input = z.output<typeof Input>;

const Output = z.object({
  kind: z.enum(['pods', 'nodes']),
  /** The highest share first. */
  usage: z.array(Usage),
  /** What could not be read, or was left out, in words. */
  gaps: z.array(z.string()),
});

export function top(client: KubernetesClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'kubectl_top',
    title: 'CPU and memory in use',
    description:
      'CPU and memory of containers beside their requests and limits, or of nodes beside what is allocatable, ' +
      'the highest share first. It is what is used now; for the time of the alert use query_prometheus.',
    input: Input,
    output: Output,
    async run({ kind, namespace }, { window, signal }) {
      const { usage, gaps } = await readUsage(client, kind, namespace, signal);
      const scope = scopeText(client, kind, namespace);
      const body =
        usage.length === 0
          ? `There are no metrics of ${kind}${scope && ` (${scope})`}.`
          : renderUsage(kind, scope, scope !== '' && namespace === undefined, usage, window);
      const text = [body, ...gaps.map((gap) => `Note: ${gap}`)].join('\n');
      return { text, structured: { kind, usage, gaps } };
    },
  };
}

async function readUsage(
  client: KubernetesClient,
  kind: Input['kind'],
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<{ usage: Usage[]; gaps: string[] }> {
  if (kind === 'pods') {
    const [metrics, pods] = await Promise.all([
      listMetrics(client, 'podmetrics', namespace, PodMetrics, signal),
      listBeside(client, 'pods', { namespace }, Pod, signal),
    ]);
    const gaps = [...metrics.gaps, ...pods.gaps];
    return { usage: podUsage(metrics.items, pods.items ?? []), gaps };
  }
  const [metrics, nodes] = await Promise.all([
    listMetrics(client, 'nodemetrics', undefined, NodeMetrics, signal),
    listBeside(client, 'nodes', { namespace: undefined }, Node, signal),
  ]);
  const gaps = [...metrics.gaps, ...nodes.gaps];
  return { usage: nodeUsage(metrics.items, nodes.items ?? []), gaps };
}

async function listMetrics<T>(
  client: KubernetesClient,
  resource: 'podmetrics' | 'nodemetrics',
  namespace: string | undefined,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<{ items: T[]; gaps: string[] }> {
  try {
    return await listVisible(client, resource, { namespace }, schema, signal);
  } catch (error) {
    throw metricsFailure(error, resource, namespace);
  }
}

/** The API answers 404 where no metrics server is installed, and 503 while it is down. */
function metricsFailure(
  error: unknown,
  resource: Resource,
  namespace: string | undefined,
): unknown {
  const status = error instanceof KubernetesFailure ? error.status : null;
  if (status !== 404 && status !== 503) return withNamespaceAdvice(error, namespace);
  const metrics =
    resource === 'podmetrics'
      ? 'container_memory_working_set_bytes and container_cpu_usage_seconds_total'
      : 'node_memory_MemAvailable_bytes and node_cpu_seconds_total';
  const absent = status === 404 ? 'is not installed in this cluster' : 'does not answer';
  return new ToolError(
    `The metrics API (metrics.k8s.io) ${absent} (${status}). Use query_prometheus instead: ${metrics}.`,
  );
}
