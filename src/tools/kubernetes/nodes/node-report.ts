import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import { ConditionDetail, detailCondition } from '../condition-detail.ts';
import { EventGroup } from '../events/fold-events.ts';
import { formatTaint, nodeView } from '../kinds/cluster.ts';
import type { Node } from '../objects/node.ts';
import type { Container, Pod } from '../objects/pod.ts';
import { parseQuantity, percentOf } from '../quantity.ts';
import { joined } from '../wording.ts';

/** Cores, bytes or pods. */
const Room = z.object({
  capacity: z.number().nullable(),
  allocatable: z.number().nullable(),
  /** By the pods on it that could be read; null when none could. */
  requested: z.number().nullable(),
  /** Requested of allocatable. */
  percent: z.number().nullable(),
});
export type Room = z.infer<typeof Room>;

export const NodeReport = z.object({
  name: z.string(),
  /** As kubectl prints it: `Ready,SchedulingDisabled`. */
  status: z.string(),
  healthy: z.boolean(),
  troubles: z.array(z.string()),
  roles: z.string(),
  createdAt: z.string().nullable(),
  taints: z.array(z.string()),
  conditions: z.array(ConditionDetail),
  cpu: Room,
  memory: Room,
  pods: Room,
  kubelet: z.string(),
  runtime: z.string(),
  system: z.string(),
  /** Within the window, warnings first. */
  events: z.array(EventGroup),
});
export type NodeReport = z.infer<typeof NodeReport>;

/** `pods` are those on this node, or null when they could not be read. */
export function reportNode(
  node: Node,
  pods: readonly Pod[] | null,
  events: EventGroup[],
  window: TimeWindow,
): NodeReport {
  const { metadata, spec, status } = node;
  const { cells, healthy, details } = nodeView.view(node, window);
  const [statusWord = '', roles = ''] = cells;
  const { nodeInfo } = status;
  const running = pods?.filter(
    ({ status: { phase } }) => phase !== 'Succeeded' && phase !== 'Failed',
  );
  return {
    name: metadata.name,
    status: statusWord,
    healthy,
    troubles: details,
    roles,
    createdAt: metadata.creationTimestamp ?? null,
    taints: spec.taints.map(formatTaint),
    conditions: status.conditions.map(detailCondition),
    cpu: room(node, 'cpu', running && sum(running, 'cpu')),
    memory: room(node, 'memory', running && sum(running, 'memory')),
    pods: room(node, 'pods', running?.length),
    kubelet: nodeInfo.kubeletVersion,
    runtime: nodeInfo.containerRuntimeVersion,
    system: joined([nodeInfo.osImage, nodeInfo.kernelVersion, nodeInfo.architecture], ', '),
    events,
  };
}

function room({ status }: Node, resource: string, requested: number | undefined): Room {
  const allocatable = parseQuantity(status.allocatable[resource]);
  return {
    capacity: parseQuantity(status.capacity[resource]),
    allocatable,
    requested: requested ?? null,
    percent: percentOf(requested ?? null, allocatable),
  };
}

function sum(pods: readonly Pod[], resource: string): number {
  return pods.reduce((total, pod) => total + podRequest(pod, resource), 0);
}

/**
 * What the scheduler counts for a pod: its containers and sidecars together, or what an init container needs
 * before them if that is more.
 * https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
function podRequest({ spec }: Pod, resource: string): number {
  let sidecars = 0;
  let starting = 0;
  for (const container of spec.initContainers) {
    const request = containerRequest(container, resource);
    if (container.restartPolicy === 'Always') sidecars += request;
    else starting = Math.max(starting, sidecars + request);
  }
  const main = spec.containers.reduce((total, it) => total + containerRequest(it, resource), 0);
  return Math.max(starting, sidecars + main);
}

function containerRequest({ resources }: Container, resource: string): number {
  return parseQuantity(resources.requests[resource] ?? resources.limits[resource]) ?? 0;
}
