import type { Condition } from '../objects/metadata.ts';
import { Namespace, Node, type Taint } from '../objects/node.ts';
import { joined } from '../wording.ts';
import { ageOf, badConditions, kindView, troubles } from './kind-view.ts';

export const nodeView = kindView({
  schema: Node,
  columns: ['STATUS', 'ROLES', 'AGE', 'VERSION'],
  cells: (node, window) => [
    nodeStatus(node),
    nodeRoles(node),
    ageOf(node, window),
    node.status.nodeInfo.kubeletVersion,
  ],
  health: nodeTroubles,
  facts: ({ spec, status }) => ({
    taints: spec.taints.map(formatTaint).join(', '),
    allocatable: ['cpu', 'memory', 'ephemeral-storage', 'pods']
      .map((name) => `${name}=${status.allocatable[name] ?? '?'}`)
      .join(', '),
    runtime: status.nodeInfo.containerRuntimeVersion,
    system: joined(
      [status.nodeInfo.osImage, status.nodeInfo.kernelVersion, status.nodeInfo.architecture],
      ', ',
    ),
  }),
  conditions: ({ status }) => status.conditions,
});

/** A node that is cordoned takes no new pods, which is reason enough to look at it. */
function nodeTroubles({ spec, status }: Node) {
  return troubles([
    ...badConditions(status.conditions, isBadNodeCondition),
    spec.unschedulable && 'cordoned: takes no new pods',
  ]);
}

/** Pressure is bad when it is there. Agents add conditions of their own, such as NetworkingReady. */
function isBadNodeCondition({ type, status }: Condition): boolean {
  return status !== (type.endsWith('Ready') ? 'True' : 'False');
}

/** `Ready`, `NotReady` or `Unknown`, as kubectl prints it: `Ready,SchedulingDisabled`. */
export function nodeStatus({ spec, status }: Node): string {
  const ready = status.conditions.find(({ type }) => type === 'Ready')?.status;
  const word = ready === 'True' ? 'Ready' : ready === undefined ? 'Unknown' : 'NotReady';
  return spec.unschedulable ? `${word},SchedulingDisabled` : word;
}

const ROLE = 'node-role.kubernetes.io/';

function nodeRoles({ metadata }: Node): string {
  const roles = Object.keys(metadata.labels).filter((label) => label.startsWith(ROLE));
  return roles.map((label) => label.slice(ROLE.length)).join(',') || '<none>';
}

/** `dedicated=batch:NoSchedule`. */
export function formatTaint({ key, value, effect }: Taint): string {
  return `${key}${value && `=${value}`}:${effect}`;
}

export const namespaceView = kindView({
  schema: Namespace,
  columns: ['STATUS', 'AGE'],
  cells: (namespace, window) => [namespace.status.phase, ageOf(namespace, window)],
  health: ({ status }) =>
    troubles([
      status.phase === 'Terminating' && 'is being deleted: nothing can be made in it',
      ...badConditions(status.conditions, ({ status }) => status === 'True'),
    ]),
  conditions: ({ status }) => status.conditions,
  tellsOf: ({ metadata }) => metadata.name,
});
