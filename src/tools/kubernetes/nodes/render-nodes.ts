import type { TimeWindow } from '../../../alert/window.ts';
import { formatBytes } from '../../size.ts';
import { alignColumns } from '../../table.ts';
import { renderConditions, renderFacts, section } from '../describe/sections.ts';
import type { EventGroup } from '../events/fold-events.ts';
import { formatCpu } from '../quantity.ts';
import { age, instant, oneLine } from '../wording.ts';
import type { NodeReport, Room } from './node-report.ts';

/** Healthy nodes that have a row of their own: those with the least room. */
const HEALTHY_SHOWN = 5;
const MAX_UNHEALTHY = 30;
const MAX_EVENTS = 10;
const MAX_EVENTS_IN_LIST = 3;

/** All nodes: those in trouble with the reason, then the fullest, then how the rest is. */
export function renderNodes(nodes: readonly NodeReport[], window: TimeWindow): string {
  const unhealthy = nodes.filter(({ healthy }) => !healthy);
  const healthy = nodes.filter((it) => it.healthy).sort((a, b) => fullness(b) - fullness(a));
  // One more row is as short as saying that there is one.
  const shownHealthy =
    healthy.length <= HEALTHY_SHOWN + 1 ? healthy : healthy.slice(0, HEALTHY_SHOWN);
  const shown = [...unhealthy.slice(0, MAX_UNHEALTHY), ...shownHealthy];
  const tainted = shown.some(({ taints }) => taints.length > 0);
  const heading = [
    'NAME',
    'STATUS',
    'ROLES',
    'AGE',
    'VERSION',
    'CPU REQUESTED',
    'MEMORY REQUESTED',
    'PODS',
  ];
  const [head = '', ...lines] = alignColumns([
    [...heading, ...(tainted ? ['TAINTS'] : [])],
    ...shown.map((node) => [...row(node, window), ...(tainted ? [node.taints.join(' ')] : [])]),
  ]);
  return [
    `${nodes.length} node${nodes.length === 1 ? '' : 's'}, ${unhealthy.length} unhealthy. Ages at ${instant(window.to)}.`,
    head,
    ...shown.flatMap((node, index) => [
      lines[index] ?? '',
      ...(node.healthy ? [] : node.troubles.map((trouble) => `    ${trouble}`)),
      ...warnings(node)
        .slice(0, MAX_EVENTS_IN_LIST)
        .map((event) => `    ${renderEvent(event)}`),
    ]),
    ...leftOut(unhealthy.slice(MAX_UNHEALTHY), 'unhealthy'),
    ...leftOut(healthy.slice(shownHealthy.length), 'Ready'),
  ].join('\n');
}

function row(node: NodeReport, window: TimeWindow): string[] {
  return [
    node.name,
    node.status,
    node.roles,
    age(node.createdAt, window),
    node.kubelet,
    renderRoom(node.cpu, formatCpu),
    renderRoom(node.memory, formatBytes),
    renderRoom(node.pods, String),
  ];
}

/** `3.2/4 (80%)`. */
function renderRoom(
  { requested, allocatable, percent }: Room,
  format: (amount: number) => string,
): string {
  const [part, whole] = [requested, allocatable].map((it) => (it === null ? '?' : format(it)));
  return `${part}/${whole}${percent === null ? '' : ` (${percent}%)`}`;
}

function fullness({ cpu, memory, pods }: NodeReport): number {
  return Math.max(cpu.percent ?? 0, memory.percent ?? 0, pods.percent ?? 0);
}

function leftOut(nodes: readonly NodeReport[], what: string): string[] {
  if (nodes.length === 0) return [];
  const most = nodes.reduce((highest, node) => Math.max(highest, fullness(node)), 0);
  return [`${nodes.length} more ${what}, none above ${most}% requested: use name to see one.`];
}

function warnings({ events }: NodeReport): EventGroup[] {
  return events.filter(({ type }) => type === 'Warning');
}

function renderEvent({ lastAt, reason, count, message }: EventGroup): string {
  return `${instant(lastAt)} ${reason}${count > 1 ? ` x${count}` : ''}: ${oneLine(message)}`;
}

/** One node in full. */
export function renderNode(node: NodeReport, window: TimeWindow): string {
  const shown = node.events.slice(0, MAX_EVENTS);
  return [
    `Node ${node.name}: ${node.status}, roles ${node.roles}, age ${age(node.createdAt, window)}`,
    ...node.troubles.map((trouble) => `PROBLEM: ${trouble}`),
    ...renderFacts([
      ['taints', node.taints.join(', ')],
      ['kubelet', node.kubelet],
      ['runtime', node.runtime],
      ['system', node.system],
    ]),
    ...section(
      'Requested by its pods:',
      alignColumns([
        ['cpu', renderRoom(node.cpu, formatCpu), capacity(node.cpu, formatCpu)],
        ['memory', renderRoom(node.memory, formatBytes), capacity(node.memory, formatBytes)],
        ['pods', renderRoom(node.pods, String), capacity(node.pods, String)],
      ]),
    ),
    ...section('Conditions:', renderConditions(node.conditions)),
    ...section('Events, warnings first:', shown.length === 0 ? ['none'] : shown.map(renderEvent)),
  ].join('\n');
}

function capacity(room: Room, format: (amount: number) => string): string {
  return room.capacity === null ? '' : `capacity ${format(room.capacity)}`;
}
