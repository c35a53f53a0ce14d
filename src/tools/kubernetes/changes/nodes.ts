import type { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import type { Change } from '../../changes/change.ts';
import { summariseEvent } from '../object-events.ts';
import type { Event } from '../objects/event.ts';
import { Node } from '../objects/node.ts';
import { joined, oneLine } from '../wording.ts';
import { byWhom, clusterChange, isSameAct } from './cluster-change.ts';
import { fallsWithin, WrittenObject, writesOf } from './managed-fields.ts';

export const WrittenNode = Node.extend(WrittenObject.shape);
export type WrittenNode = z.infer<typeof WrittenNode>;

/** What a node's events tell of it, by their reason, and what kind of change that is. */
const REASONS = new Map([
  ['RegisteredNode', { kind: 'create', summary: 'joined the cluster' }],
  ['RemovingNode', { kind: 'delete', summary: 'removed from the cluster' }],
  ['NodeNotReady', { kind: 'node', summary: 'became NotReady' }],
  ['NodeReady', { kind: 'node', summary: 'became Ready' }],
  ['NodeNotSchedulable', { kind: 'cordon', summary: 'cordoned' }],
  ['NodeSchedulable', { kind: 'cordon', summary: 'uncordoned' }],
  ['Rebooted', { kind: 'reboot', summary: 'rebooted' }],
  ['Starting', { kind: 'restart', summary: 'the kubelet started' }],
]);

/** From the nodes themselves, and from events what they do not remember. */
export function nodeChanges(
  nodes: readonly WrittenNode[],
  events: readonly Event[],
  window: TimeWindow,
): Change[] {
  const remembered = nodes.flatMap((node) => [
    ...joins(node),
    ...conditionChanges(node),
    ...cordons(node, window),
    ...taints(node),
  ]);
  const changes = remembered.filter(({ at }) => fallsWithin(at, window));
  for (const event of events) {
    const change = eventChange(event);
    const told = changes.some(
      ({ object, kind, at }) =>
        object === change?.object && kind === change.kind && isSameAct(at, change.at),
    );
    if (change && !told && fallsWithin(change.at, window)) changes.push(change);
  }
  return changes;
}

function joins({ metadata }: WrittenNode): Change[] {
  const { creationTimestamp: at } = metadata;
  const summary = 'joined the cluster';
  return at ? [clusterChange({ kind: 'Node', metadata }, { at, kind: 'create', summary })] : [];
}

/** The last transition of each: becoming ready, or under a pressure. */
function conditionChanges({ metadata, status }: WrittenNode): Change[] {
  const { creationTimestamp } = metadata;
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  return status.conditions.flatMap((condition) => {
    const { type, reason, message, lastTransitionTime: at } = condition;
    if (!at || isSameAct(at, creationTimestamp)) return [];
    // A node that falls silent takes all its conditions with it.
    if (condition !== ready && isSameAct(at, ready?.lastTransitionTime)) return [];
    const good = type === 'Ready' ? 'True' : 'False';
    const why = condition.status === good ? '' : joined([reason, oneLine(message ?? '')], ', ');
    const became =
      type === 'Ready' ? readiness(condition.status) : `${type} became ${condition.status}`;
    const summary = joined([became, why], ': ');
    return [clusterChange({ kind: 'Node', metadata }, { at, kind: 'node', summary })];
  });
}

function readiness(status: string): string {
  return status === 'True' ? 'became Ready' : `became NotReady (${status})`;
}

const CORDON = 'node.kubernetes.io/unschedulable';

function cordons(node: WrittenNode, window: TimeWindow): Change[] {
  const { metadata, spec } = node;
  if (!spec.unschedulable) return [];
  const write = writesOf(node, window).find(({ fields }) => fields.includes('spec.unschedulable'));
  const at = write?.at ?? spec.taints.find(({ key }) => key === CORDON)?.timeAdded;
  const summary = `cordoned${byWhom(write)}`;
  return at ? [clusterChange({ kind: 'Node', metadata }, { at, kind: 'cordon', summary })] : [];
}

/** Those that someone chose: the ones of Kubernetes itself repeat a condition. */
function taints({ metadata, spec }: WrittenNode): Change[] {
  return spec.taints.flatMap(({ key, value, effect, timeAdded: at }) => {
    if (!at || key.startsWith('node.kubernetes.io/')) return [];
    const summary = `tainted ${key}${value === '' ? '' : `=${value}`}:${effect}`;
    return [clusterChange({ kind: 'Node', metadata }, { at, kind: 'taint', summary })];
  });
}

function eventChange(event: Event): Change | null {
  const known = REASONS.get(event.reason);
  const { lastAt } = summariseEvent(event);
  if (!known || lastAt === null || event.involvedObject.kind !== 'Node') return null;
  const metadata = { ...event.metadata, name: event.involvedObject.name, namespace: '' };
  return clusterChange({ kind: 'Node', metadata }, { at: lastAt, ...known });
}
