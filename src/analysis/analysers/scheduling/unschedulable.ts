import type { Citation } from '../../../report/report.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { workloadOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';
import { type Blame, blameOf, failureModeOf } from './blame.ts';
import { claimRef, claimsOf, reachOf } from './claims.ts';
import { wasPreempted } from './preempted.ts';
import { reasonsIn } from './reasons.ts';
import { type Unscheduled, unscheduledPods } from './unscheduled.ts';

/** Pods for which the scheduler finds no node: its message beside the specifications of pod and nodes. */
export const unschedulable: Analyser = {
  looksFor: 'pods for which no node has room, fits or is open',
  analyse: (situation) =>
    unscheduledPods(situation).flatMap((waiting) => finding(waiting, situation)),
};

function finding(waiting: Unscheduled, situation: Situation): Finding[] {
  const { owner, pods, message, since } = waiting;
  const { cluster } = situation;
  const [pod] = pods;
  const reasons = reasonsIn(message ?? '');
  const blame = blameOf(
    {
      spec: pod.spec,
      volumes: reachOf(pod, cluster),
      reasons,
      changedLast: changedLast(owner, situation),
    },
    cluster,
  );
  if (blame === null || (message === null && !blame.shown)) return [];
  const object = objectOf(blame, waiting, situation);
  const workload = workloadOf(owner, cluster);
  return [
    {
      failureMode: failureModeOf(blame),
      object,
      severity: workload !== null && workload.ready >= workload.wanted ? 'warning' : 'critical',
      statement: `${pods.length} pod(s) of ${nameOf(owner)} have no node: ${wordsOf(blame)}.`,
      why:
        message === null
          ? 'The specifications of the pods and of the nodes exclude one another.'
          : `The scheduler says so${blame.shown ? ', and the specifications of pods and nodes agree' : ''}.`,
      citations: [...waiting.citations, ...proofOf(blame, owner, object, situation)].slice(0, 5),
      score: scoreOf(blame, waiting, situation),
      explains: keyOf(object) === keyOf(owner) ? [] : [owner],
      since,
    },
  ];
}

function scoreOf(blame: Blame, { owner, message }: Unscheduled, situation: Situation): number {
  if (message === null) return 0.8;
  // What pushed it out is what took the room.
  if (blame.kind === 'resource' && wasPreempted(owner, situation)) return 0.6;
  return blame.shown ? 0.95 : 0.91;
}

function objectOf(blame: Blame, { owner, pods, message }: Unscheduled, situation: Situation) {
  const { cluster, window } = situation;
  const [node] = blame.nodes;
  const nodeRef = (name: string): ObjectRef => ({ kind: 'Node', namespace: null, name });
  switch (blame.kind) {
    case 'cordoned':
    case 'condition':
      return node ? nodeRef(node.metadata.name) : (refusingNode(blame, situation) ?? owner);
    case 'taint': {
      const added = node?.spec.taints.some(
        ({ timeAdded }) => Date.parse(timeAdded ?? '') >= Date.parse(window.from),
      );
      return node && added && blame.nodes.length === 1 ? nodeRef(node.metadata.name) : owner;
    }
    case 'volume-unbound':
    case 'volume-affinity': {
      const claims = claimsOf(pods[0], cluster);
      const claim = claims.find(({ status }) => status.phase !== 'Bound') ?? claims[0];
      const [, named] = /persistentvolumeclaim "([^"]+)"/.exec(message ?? '') ?? [];
      if (named !== undefined) {
        return { kind: 'PersistentVolumeClaim', namespace: owner.namespace, name: named };
      }
      return claim ? claimRef(claim) : owner;
    }
    default:
      return owner;
  }
}

/** The scheduler counts nodes and does not name them. */
function refusingNode({ kind }: Blame, { cluster }: Situation): ObjectRef | null {
  const node = cluster.nodes.find(({ spec, status }) =>
    kind === 'cordoned'
      ? spec.unschedulable
      : status.conditions.some((it) => it.type === 'Ready' && it.status !== 'True'),
  );
  return node ? { kind: 'Node', namespace: null, name: node.metadata.name } : null;
}

/** Fields of a pod template that the scheduler reads. */
const PLACEMENT =
  /affinity|topologySpread|nodeSelector|tolerations|resources|hostPort|volumes|priorityClass/i;

/** What it asks of a node was changed within the window, and no node was cordoned or tainted after it. */
function changedLast(owner: ObjectRef, { changes }: Situation): boolean {
  const own = changes.filter(
    ({ object, namespace, details }) =>
      object === `${owner.kind}/${owner.name}` &&
      namespace === owner.namespace &&
      details.some((it) => PLACEMENT.test(it)),
  );
  const ofNodes = changes.filter(({ object }) => object.startsWith('Node/'));
  return (
    own.length > 0 &&
    ofNodes.every(({ at }) => own.some((it) => Date.parse(it.at) >= Date.parse(at)))
  );
}

function proofOf(
  { kind }: Blame,
  owner: ObjectRef,
  object: ObjectRef,
  { quotes }: Situation,
): Citation[] {
  if (object.kind === 'Node') {
    const said = quotes.object(object, /cordoned|taints|Ready|Pressure/);
    return said.length > 0 ? said : quotes.object(object);
  }
  if (kind === 'selector') return quotes.object(owner, /^\s+node (?:selector|affinity)\s/);
  if (kind === 'resource') return quotes.object(owner, /^\s+requests\s/);
  if (kind === 'pod-affinity') return quotes.object(owner, /^\s+pod (?:anti-)?affinity\s/);
  if (kind === 'spread') return quotes.object(owner, /^\s+spread\s/);
  return object.kind === 'PersistentVolumeClaim' ? quotes.object(object) : quotes.object(owner);
}

function wordsOf({ kind, detail, nodes }: Blame): string {
  const names = nodes.map(({ metadata }) => metadata.name).join(', ');
  switch (kind) {
    case 'cordoned':
      return `${names || 'the node that it fits'} is cordoned`;
    case 'condition':
      return `${names || 'a node'} is not well${detail === '' ? '' : ` (${detail})`}`;
    case 'taint':
    case 'control-plane':
      return `they do not tolerate ${detail === '' ? 'the taint of every node' : detail}${names === '' ? '' : ` of ${names}`}`;
    case 'selector':
      return 'no node matches their node selector or affinity';
    case 'resource':
      return `no node has the ${detail} that they request`;
    case 'pod-count':
      return 'the nodes have as many pods as they may';
    case 'ports':
      return 'no node has their host port free';
    case 'pod-affinity':
      return 'their affinity or anti-affinity to other pods leaves no node';
    case 'spread':
      return 'their topology spread leaves no node';
    case 'volume-unbound':
      return 'a claim of theirs is not bound';
    case 'volume-affinity':
      return 'their volume cannot be used from any node that they may run on';
    case 'volume-limit':
      return 'no node can attach another volume';
    case 'no-nodes':
      return 'the scheduler knows no node';
  }
}
