import { z } from 'zod';
import { type Tool, type ToolContext, ToolError } from '../../tool.ts';
import { Namespace } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { KubernetesFailure } from '../failure.ts';
import { requireNamespace } from '../missing-namespace.ts';
import { NodeMetrics, PodMetrics } from '../objects/metrics.ts';
import { Node } from '../objects/node.ts';
import { Pod } from '../objects/pod.ts';
import { findResource } from '../resource-names.ts';
import type { Resource } from '../resources.ts';
import {
  listBeside,
  listVisible,
  scopeText,
  type VisibleList,
  withNamespaceAdvice,
} from '../visible-list.ts';
import { renderUsage } from './render-usage.ts';
import { renderUnmeasured, Unmeasured, unmeasuredNodes, unmeasuredPods } from './unmeasured.ts';
import { nodeUsage, podUsage, Usage } from './usage.ts';

const Input = z.strictObject({
  kind: z.string().max(100).describe('pods or nodes, by any name that kubectl takes for them.'),
  namespace: Namespace.optional().describe('Of the pods; left out, every one that may be read.'),
});

const Output = z.object({
  kind: z.enum(['pods', 'nodes']),
  /** The highest share first. */
  usage: z.array(Usage),
  /** What is there, and ought to be measured. */
  unmeasured: z.array(Unmeasured),
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
    async run(args, { window, signal }) {
      const kind = kindOf(args.kind);
      const namespace = kind === 'pods' ? args.namespace : undefined;
      const { usage, unmeasured, ...found } =
        kind === 'pods'
          ? await readPods(client, namespace, { window, signal })
          : await readNodes(client, signal);
      const empty = usage.length === 0 && unmeasured.length === 0;
      const gaps = [
        ...found.gaps,
        ...(empty ? await requireNamespace(client, namespace, signal) : []),
      ];
      const scope = scopeText(client, kind, namespace);
      const body =
        usage.length === 0
          ? `There are no metrics of ${kind}${scope && ` (${scope})`}.`
          : renderUsage(kind, scope, scope !== '' && namespace === undefined, usage, window);
      const text = [
        body,
        ...renderUnmeasured(unmeasured, namespace),
        ...gaps.map((gap) => `Note: ${gap}`),
      ].join('\n');
      return { text, structured: { kind, usage, unmeasured, gaps } };
    },
  };
}

/** @throws ToolError for what is not measured. */
function kindOf(name: string): 'pods' | 'nodes' {
  const resource = findResource(name);
  if (resource === 'pods' || resource === 'podmetrics') return 'pods';
  if (resource === 'nodes' || resource === 'nodemetrics') return 'nodes';
  throw new ToolError(
    `What ${resource} use is not measured, only what pods and nodes do: ask about one of these kinds.`,
  );
}

interface Found {
  usage: Usage[];
  unmeasured: Unmeasured[];
  gaps: string[];
}

async function readPods(
  client: KubernetesClient,
  namespace: string | undefined,
  { window, signal }: ToolContext,
): Promise<Found> {
  const [metrics, pods] = await Promise.all([
    listMetrics(client, 'podmetrics', namespace, PodMetrics, signal),
    listBeside(client, 'pods', { namespace }, Pod, signal),
  ]);
  const items = pods.items ?? [];
  return {
    usage: podUsage(metrics.items, items),
    unmeasured: metrics.truncated ? [] : unmeasuredPods(metrics.items, items, window),
    gaps: [...metrics.gaps, ...pods.gaps],
  };
}

async function readNodes(client: KubernetesClient, signal: AbortSignal): Promise<Found> {
  const [metrics, nodes] = await Promise.all([
    listMetrics(client, 'nodemetrics', undefined, NodeMetrics, signal),
    listBeside(client, 'nodes', { namespace: undefined }, Node, signal),
  ]);
  const items = nodes.items ?? [];
  return {
    usage: nodeUsage(metrics.items, items),
    unmeasured: metrics.truncated ? [] : unmeasuredNodes(metrics.items, items),
    gaps: [...metrics.gaps, ...nodes.gaps],
  };
}

async function listMetrics<T>(
  client: KubernetesClient,
  resource: 'podmetrics' | 'nodemetrics',
  namespace: string | undefined,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<VisibleList<T>> {
  try {
    const list = await listVisible(client, resource, { namespace }, schema, signal);
    const cut = list.truncated ? [`Only the first ${list.items.length} metrics were read.`] : [];
    return { ...list, gaps: [...cut, ...list.gaps] };
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
