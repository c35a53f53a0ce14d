import type { Node } from '../../../tools/kubernetes/objects/node.ts';
import type { PodSpec, Toleration } from '../../../tools/kubernetes/objects/pod.ts';
import type { NodeSelectorTerm } from '../../../tools/kubernetes/objects/selector.ts';
import { parseQuantity } from '../../../tools/kubernetes/quantity.ts';
import type { Cluster } from '../../cluster.ts';
import { ownerOf, workloadOf } from '../../owners.ts';
import { type Demand, demandOf } from '../../pod-demand.ts';

type Taint = Node['spec']['taints'][number];

/** What of a node's and a pod's specification keeps the one from taking the other. */
export interface Obstacles {
  node: Node;
  cordoned: boolean;
  /** Of the control plane, which is as it should be. */
  controlPlane: boolean;
  /** The kubelet's or the cloud's own taints: the node is not well. */
  conditions: readonly Taint[];
  /** Somebody's. */
  taints: readonly Taint[];
  /** Its labels or its name are not what the pod selects. */
  selector: boolean;
  /** A volume of the pod cannot be used from it. */
  volume: boolean;
  /** Resources of which it would not have enough if it were empty. */
  tooBig: readonly string[];
}

const CONTROL_PLANE = /^node-role\.kubernetes\.io\/(?:control-plane|master|etcd)$/;
const CORDON = 'node.kubernetes.io/unschedulable';
const OWN = /^node\.kubernetes\.io\/|^node\.cloudprovider\.kubernetes\.io\//;

export function obstaclesOf(
  node: Node,
  spec: PodSpec,
  volumes: readonly NodeSelectorTerm[][],
): Obstacles {
  const untolerated = node.spec.taints.filter(
    (taint) =>
      taint.effect !== 'PreferNoSchedule' && !spec.tolerations.some((it) => tolerates(it, taint)),
  );
  const cordon = { key: CORDON, value: '', effect: 'NoSchedule' };
  return {
    node,
    cordoned: node.spec.unschedulable && !spec.tolerations.some((it) => tolerates(it, cordon)),
    controlPlane: untolerated.some(({ key }) => CONTROL_PLANE.test(key)),
    conditions: untolerated.filter(({ key }) => OWN.test(key) && key !== CORDON),
    taints: untolerated.filter(({ key }) => !OWN.test(key) && !CONTROL_PLANE.test(key)),
    selector: !isSelected(node, spec),
    volume: volumes.some((terms) => !terms.some((term) => matchesTerm(node, term))),
    tooBig: lacking(demandOf(spec, 'requests'), allocatableOf(node)),
  };
}

function tolerates(
  { key = '', operator = 'Equal', value = '', effect = '' }: Toleration,
  taint: Pick<Taint, 'key' | 'value' | 'effect'>,
): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key === '') return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === taint.value);
}

/** Whether node selector and required node affinity let the pod on it. */
function isSelected(node: Node, { nodeSelector, affinity, nodeName }: PodSpec): boolean {
  const { labels, name } = node.metadata;
  const terms =
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return (
    (nodeName === '' || nodeName === name) &&
    Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) &&
    (terms == null || terms.some((term) => matchesTerm(node, term)))
  );
}

/** An empty term matches no node. */
function matchesTerm(
  { metadata }: Node,
  { matchExpressions, matchFields }: NodeSelectorTerm,
): boolean {
  const { labels, name } = metadata;
  const all = [
    ...matchExpressions.map((it) => ({ ...it, held: labels[it.key] })),
    ...matchFields.map((it) => ({ ...it, held: it.key === 'metadata.name' ? name : undefined })),
  ];
  return all.length > 0 && all.every((it) => matches(it.operator, it.values, it.held));
}

function matches(operator: string, values: readonly string[], held: string | undefined): boolean {
  const among = held !== undefined && values.includes(held);
  switch (operator) {
    case 'In':
      return among;
    case 'NotIn':
      return !among;
    case 'Exists':
      return held !== undefined;
    case 'DoesNotExist':
      return held === undefined;
    case 'Gt':
      return Number(held) > Number(values[0]);
    case 'Lt':
      return Number(held) < Number(values[0]);
    default:
      return false;
  }
}

function allocatableOf({ status }: Node): Demand {
  return new Map(
    Object.entries(status.allocatable).flatMap(([name, value]) => {
      const amount = parseQuantity(value);
      return amount === null ? [] : [[name, amount] as const];
    }),
  );
}

/** An extended resource that no node names is one that none has. */
function lacking(demand: Demand, free: Demand): string[] {
  if (free.size === 0) return [];
  return [...demand].flatMap(([name, amount]) =>
    amount > (free.get(name) ?? 0) * (1 + 1e-9) ? [name] : [],
  );
}

/** Whether what the known pods on a node leave is enough; pods of namespaces that were not read take more. */
export function hasRoom(node: Node, spec: PodSpec, cluster: Cluster): boolean {
  const free = new Map(allocatableOf(node));
  for (const pod of cluster.pods) {
    if (pod.spec.nodeName !== node.metadata.name) continue;
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') continue;
    // Of a healthy pod the template says what it requests.
    const template = workloadOf(ownerOf(pod, cluster), cluster)?.template.spec ?? pod.spec;
    for (const [name, amount] of demandOf(template, 'requests')) {
      free.set(name, (free.get(name) ?? 0) - amount);
    }
  }
  return lacking(demandOf(spec, 'requests'), free).length === 0;
}
