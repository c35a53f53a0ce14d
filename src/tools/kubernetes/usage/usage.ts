import { z } from 'zod';
import type { Quantities } from '../objects/metadata.ts';
import type { NodeMetrics, PodMetrics } from '../objects/metrics.ts';
import type { Node } from '../objects/node.ts';
import type { Pod } from '../objects/pod.ts';
import { parseQuantity, percentOf } from '../quantity.ts';

/** Cores or bytes; null where nothing is set, or known. */
const Amount = z.number().nullable();

const Share = z.object({
  used: Amount,
  request: Amount,
  /** Of a node, what is allocatable. */
  limit: Amount,
  /** Of the limit. */
  percent: Amount,
});
export type Share = z.infer<typeof Share>;

/** What a container or a node uses of what it may. */
export const Usage = z.object({
  namespace: z.string(),
  /** A pod, or a node. */
  name: z.string(),
  /** Null for a node. */
  container: z.string().nullable(),
  cpu: Share,
  memory: Share,
  measuredAt: z.string().nullable(),
});
export type Usage = z.infer<typeof Usage>;

/** Containers beside their requests and limits, as far as their pods could be read. */
export function podUsage(metrics: readonly PodMetrics[], pods: readonly Pod[]): Usage[] {
  const specs = new Map(
    pods.flatMap(({ metadata: { namespace, name }, spec }) =>
      [...spec.initContainers, ...spec.containers].map((container) => [
        `${namespace}/${name}/${container.name}`,
        container.resources,
      ]),
    ),
  );
  return metrics
    .flatMap(({ metadata: { namespace, name }, timestamp, containers }) =>
      containers.map(({ name: container, usage }) => {
        const resources = specs.get(`${namespace}/${name}/${container}`);
        const { requests = {}, limits = {} } = resources ?? {};
        const place = { namespace, name, container, measuredAt: timestamp ?? null };
        return { ...place, ...shares(usage, requests, limits) };
      }),
    )
    .sort(byShare);
}

/** Nodes beside what pods may have of them. */
export function nodeUsage(metrics: readonly NodeMetrics[], nodes: readonly Node[]): Usage[] {
  const allocatable = new Map(
    nodes.map(({ metadata, status }) => [metadata.name, status.allocatable]),
  );
  return metrics
    .map(({ metadata: { name }, timestamp, usage }) => ({
      namespace: '',
      name,
      container: null,
      measuredAt: timestamp ?? null,
      ...shares(usage, {}, allocatable.get(name) ?? {}),
    }))
    .sort(byShare);
}

function shares(used: Quantities, requests: Quantities, limits: Quantities) {
  const share = (resource: 'cpu' | 'memory'): Share => {
    const [use, request, limit] = [used, requests, limits].map((it) => parseQuantity(it[resource]));
    return {
      used: use ?? null,
      request: request ?? null,
      limit: limit ?? null,
      percent: percentOf(use ?? null, limit ?? null),
    };
  };
  return { cpu: share('cpu'), memory: share('memory') };
}

/** The highest share of a limit first; what has no limit last, by memory. */
function byShare(a: Usage, b: Usage): number {
  return highest(b) - highest(a) || (b.memory.used ?? 0) - (a.memory.used ?? 0);
}

export function highest({ cpu, memory }: Usage): number {
  return Math.max(cpu.percent ?? -1, memory.percent ?? -1);
}
