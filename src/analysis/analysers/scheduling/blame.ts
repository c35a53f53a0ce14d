import type { FailureMode } from '../../../report/failure-modes.ts';
import type { Node } from '../../../tools/kubernetes/objects/node.ts';
import type { PodSpec } from '../../../tools/kubernetes/objects/pod.ts';
import type { NodeSelectorTerm } from '../../../tools/kubernetes/objects/selector.ts';
import type { Cluster } from '../../cluster.ts';
import { hasRoom, type Obstacles, obstaclesOf } from './placement.ts';
import type { Reason, ReasonKind } from './reasons.ts';

/** What would have to be otherwise for a pod to get a node. */
export interface Blame {
  kind: ReasonKind;
  /** The resource or the taint. */
  detail: string;
  /** Those that would take it but for this. */
  nodes: readonly Node[];
  /** Whether the specifications show it, not only the scheduler's words. */
  shown: boolean;
}

/** What a pod's own workload, its neighbours and its volumes bring, which only the scheduler can weigh. */
const DYNAMIC: readonly ReasonKind[] = [
  'volume-unbound',
  'volume-affinity',
  'pod-affinity',
  'spread',
  'ports',
  'volume-limit',
  'resource',
  'pod-count',
];
const BY_WORDS_ALONE: readonly ReasonKind[] = [
  'volume-unbound',
  'cordoned',
  'condition',
  'volume-affinity',
  ...DYNAMIC,
  'taint',
  'selector',
  'no-nodes',
  'control-plane',
];

export interface Placement {
  spec: PodSpec;
  /** Of each bound volume, the nodes that can use it. */
  volumes: readonly NodeSelectorTerm[][];
  reasons: readonly Reason[];
  /** The workload was changed after the nodes were: what it asks for is blamed before what they refuse. */
  changedLast: boolean;
}

/**
 * The one thing that lets the pod in when it is put right. A selector that some node matches is no fault; a control
 * plane that keeps its nodes to itself never is.
 */
export function blameOf(
  { spec, volumes, reasons, changedLast }: Placement,
  cluster: Cluster,
): Blame | null {
  const all = cluster.nodes.map((node) => obstaclesOf(node, spec, volumes));
  const workers = all.filter(({ controlPlane }) => !controlPlane);
  if (workers.length === 0) return byWords(reasons, BY_WORDS_ALONE);
  const wide = reasons.find(({ kind, nodes }) => kind === 'volume-unbound' && nodes === 0);
  if (wide) return { ...wide, nodes: [], shown: false };
  const selected = workers.filter(({ selector }) => !selector);
  if (selected.length === 0) return { ...none('selector'), shown: true };
  const big = selected.filter(({ tooBig }) => tooBig.length > 0);
  const [resource] = big[0]?.tooBig ?? [];
  if (big.length === selected.length && resource !== undefined) {
    return { kind: 'resource', detail: resource, nodes: [], shown: true };
  }
  const reachable = selected.filter(({ volume }) => !volume);
  if (reachable.length === 0) return { ...none('volume-affinity'), shown: true };
  return (
    (changedLast ? byWords(reasons, DYNAMIC) : null) ??
    ofNodes(reachable, spec, cluster) ??
    byWords(reasons, DYNAMIC) ??
    keptOut(reachable) ??
    byWords(reasons, BY_WORDS_ALONE)
  );
}

/** A node that is not well or was taken out, and would have room: putting that right is enough. */
function ofNodes(among: readonly Obstacles[], spec: PodSpec, cluster: Cluster): Blame | null {
  const roomy = among.filter(
    ({ node, taints, tooBig }) =>
      taints.length === 0 && tooBig.length === 0 && hasRoom(node, spec, cluster),
  );
  const unwell = roomy.filter(({ conditions }) => conditions.length > 0);
  const cordoned = roomy.filter((it) => it.cordoned && it.conditions.length === 0);
  if (cordoned.length > 0) {
    return { kind: 'cordoned', detail: '', nodes: cordoned.map(({ node }) => node), shown: true };
  }
  if (unwell.length === 0) return null;
  const detail = unwell[0]?.conditions[0]?.key ?? '';
  return { kind: 'condition', detail, nodes: unwell.map(({ node }) => node), shown: true };
}

/** Every node that it might have is tainted, or has no room either and is cordoned. */
function keptOut(among: readonly Obstacles[]): Blame | null {
  const tainted = among.filter(({ taints }) => taints.length > 0);
  const open = among.filter(
    (it) => it.taints.length === 0 && !it.cordoned && it.conditions.length === 0,
  );
  const [taint] = tainted[0]?.taints ?? [];
  if (taint === undefined || open.length > 0) return null;
  return {
    kind: 'taint',
    detail: formatTaint(taint),
    nodes: tainted.map(({ node }) => node),
    shown: true,
  };
}

function formatTaint({ key, value, effect }: Node['spec']['taints'][number]): string {
  return `${key}${value === '' ? '' : `=${value}`}:${effect}`;
}

function byWords(reasons: readonly Reason[], order: readonly ReasonKind[]): Blame | null {
  for (const kind of order) {
    const found = reasons.find((reason) => reason.kind === kind);
    if (found) return { kind, detail: found.detail, nodes: [], shown: false };
  }
  return null;
}

function none(kind: ReasonKind): Omit<Blame, 'shown'> {
  return { kind, detail: '', nodes: [] };
}

export function failureModeOf({ kind, detail }: Blame): FailureMode {
  switch (kind) {
    case 'cordoned':
    case 'taint':
    case 'control-plane':
      return 'untolerated-taint';
    case 'condition':
      return /pressure/.test(detail) ? 'node-pressure' : 'node-not-ready';
    case 'selector':
      return 'node-selector-mismatch';
    case 'pod-affinity':
    case 'spread':
      return 'pod-affinity-conflict';
    case 'volume-unbound':
    case 'volume-affinity':
      return 'volume-unbound';
    case 'ports':
      return 'port-conflict';
    case 'resource':
      if (detail === 'cpu') return 'insufficient-cpu';
      return detail === 'memory' ? 'insufficient-memory' : 'insufficient-other-resource';
    case 'pod-count':
    case 'volume-limit':
      return 'insufficient-other-resource';
    case 'no-nodes':
      return 'node-not-ready';
  }
}
