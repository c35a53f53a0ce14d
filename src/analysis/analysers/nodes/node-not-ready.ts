import type { Condition } from '../../../tools/kubernetes/objects/metadata.ts';
import type { Node } from '../../../tools/kubernetes/objects/node.ts';
import type { ClusterEvent } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nodeRef, workloadsOn } from '../../on-node.ts';
import type { Situation } from '../../situation.ts';

/** A node whose kubelet, container runtime or network is not there. */
export const nodeNotReady: Analyser = {
  looksFor: 'nodes that are not ready, were rebooted or are gone',
  analyse: (situation) => [
    ...situation.cluster.nodes.flatMap((node) => notReady(node, situation)),
    ...gone(situation),
  ],
};

/** What a Ready condition, or an event, says is the matter; the first that fits. */
const REASONS: readonly (readonly [words: RegExp, says: string])[] = [
  [
    /cni|network plugin|NetworkReady=false|NetworkPluginNotReady/i,
    'its network plugin is not ready',
  ],
  [
    /container runtime|PLEG|containerd\.sock|crio\.sock|docker\.sock|cri-dockerd|dockershim|RuntimeReady=false|runtime (?:service|is not)/i,
    'its container runtime does not answer',
  ],
  [
    /stopped posting|never posted|NodeStatusUnknown|NodeStatusNeverUpdated/i,
    'its kubelet has stopped posting its status',
  ],
  [/shutting down|NodeShutdown/i, 'it is shutting down'],
];

function reasonOf(text: string): string | null {
  return REASONS.find(([words]) => words.test(text))?.[1] ?? null;
}

function notReady(node: Node, situation: Situation): Finding[] {
  const { name } = node.metadata;
  const ready = node.status.conditions.find(({ type }) => type === 'Ready');
  if (ready && ready.status !== 'True') return [isNotReady(name, ready, situation)];
  return [
    ...runtimeDown(name, situation),
    ...leaving(node, situation),
    ...wasAway(name, situation),
  ].slice(0, 1);
}

function isNotReady(name: string, ready: Condition, { cluster, quotes }: Situation): Finding {
  const { status, reason, message, lastTransitionTime } = ready;
  const said = `${reason ?? ''}: ${message ?? ''}`;
  const events = cluster.events.filter(
    (it) => isOf(it, name) && /NotReady|ContainerGCFailed|ContainerdStart|Rebooted/.test(it.reason),
  );
  return {
    failureMode: 'node-not-ready',
    object: nodeRef(name),
    severity: 'critical',
    statement: `Node ${name} is not ready (Ready is ${status}): ${reasonOf(said) ?? said}.`,
    why: 'The node says so, or no longer says anything.',
    citations: [
      ...quotes.object(nodeRef(name), /Ready\b.*(?:False|Unknown)|NotReady/),
      ...events.slice(0, 1).flatMap((it) => quotes.event(it)),
    ],
    score: 0.96,
    explains: workloadsOn(name, cluster),
    since: lastTransitionTime ?? null,
  };
}

function isOf({ kind, name }: ClusterEvent, node: string): boolean {
  return kind === 'Node' && name === node;
}

const RUNTIME_DOWN =
  /(?:containerd|crio|docker|cri-dockerd)\.sock(?::|").{0,80}(?:connection refused|no such file|connect:)|container runtime is down|PLEG is not healthy|failed to get container status.{0,80}Unavailable|code = Unavailable desc = connection error.{0,160}\.sock/i;

/** It takes a kubelet minutes to say that its runtime is gone; what it tries meanwhile fails. */
function runtimeDown(node: string, { cluster, quotes }: Situation): Finding[] {
  const onNode = new Set(
    cluster.pods.filter(({ spec }) => spec.nodeName === node).map(({ metadata }) => metadata.name),
  );
  const events = cluster.events.filter(
    (it) =>
      (isOf(it, node) || (it.kind === 'Pod' && onNode.has(it.name))) &&
      RUNTIME_DOWN.test(it.message),
  );
  const [event] = events;
  if (event === undefined) return [];
  return [
    {
      failureMode: 'node-not-ready',
      object: nodeRef(node),
      severity: 'critical',
      statement: `The container runtime of node ${node} does not answer its kubelet.`,
      why: 'The kubelet says that it cannot reach the socket of the runtime.',
      citations: events.slice(0, 2).flatMap((it) => quotes.event(it)),
      score: 0.92,
      explains: workloadsOn(node, cluster),
      since: event.firstAt,
    },
  ];
}

/** Set by cloud providers, autoscalers and termination handlers. */
const LEAVING_TAINT =
  /^(?:aws-node-termination-handler\/|cloud\.google\.com\/impending-node-termination|node\.cloudprovider\.kubernetes\.io\/shutdown|ToBeDeletedByClusterAutoscaler|node\.kubernetes\.io\/out-of-service|karpenter\.sh\/disrupt)/;
const LEAVING_EVENT =
  /^(?:SpotInterruption|SpotTerminationNotice|PreemptScheduled|TerminateScheduled|Preempted|NodeShutdown|RedeployScheduled|RebootScheduled|DeletingNode|RemovingNode|ScaleDown)$/;

function leaving({ metadata, spec }: Node, { cluster, quotes }: Situation): Finding[] {
  const { name } = metadata;
  const taint = spec.taints.find(({ key }) => LEAVING_TAINT.test(key));
  const event = cluster.events.find((it) => isOf(it, name) && LEAVING_EVENT.test(it.reason));
  if (!taint && !event) return [];
  return [
    {
      failureMode: 'node-not-ready',
      object: nodeRef(name),
      severity: 'warning',
      statement: `Node ${name} is being taken away: ${taint?.key ?? event?.reason ?? ''}.`,
      why: 'Its provider or an autoscaler has marked it, and its pods have to move.',
      citations: [
        ...(taint ? quotes.object(nodeRef(name), /^\s+taints /) : []),
        ...(event ? quotes.event(event) : []),
      ],
      score: 0.85,
      explains: workloadsOn(name, cluster),
      since: taint?.timeAdded ?? event?.firstAt ?? null,
    },
  ];
}

/** It is back: what it did in between is in its events only. */
function wasAway(name: string, { cluster, quotes }: Situation): Finding[] {
  const event = cluster.events.find(
    (it) => isOf(it, name) && /^(?:NodeNotReady|Rebooted|NodeUnresponsive)$/.test(it.reason),
  );
  if (event === undefined) return [];
  const rebooted = event.reason === 'Rebooted';
  return [
    {
      failureMode: 'node-not-ready',
      object: nodeRef(name),
      severity: 'critical',
      statement: `Node ${name} ${rebooted ? 'was rebooted' : 'was not ready for a while'} and is back.`,
      why: 'Its events say so; every pod on it was interrupted.',
      citations: quotes.event(event),
      score: rebooted ? 0.8 : 0.72,
      explains: workloadsOn(name, cluster),
      since: event.firstAt,
    },
  ];
}

/** Pods whose node there is no object of any more. */
function gone({ cluster, quotes }: Situation): Finding[] {
  if (cluster.nodes.length === 0 || cluster.unread.has('nodes')) return [];
  const known = new Set(cluster.nodes.map(({ metadata }) => metadata.name));
  const pods = cluster.pods.filter(
    ({ spec, status }) =>
      spec.nodeName !== '' &&
      !known.has(spec.nodeName) &&
      !/^(?:Succeeded|Failed)$/.test(status.phase),
  );
  return [...Map.groupBy(pods, ({ spec }) => spec.nodeName)].map(([name, orphans]): Finding => {
    const events = cluster.events.filter((it) => isOf(it, name));
    return {
      failureMode: 'node-not-ready',
      object: nodeRef(name),
      severity: 'critical',
      statement: `Node ${name} is gone: ${orphans.length} pods are assigned to it, and there is no such node.`,
      why: 'Pods name a node that the cluster does not have any more.',
      citations: [
        ...events.slice(0, 1).flatMap((it) => quotes.event(it)),
        ...orphans
          .slice(0, 2)
          .flatMap(({ metadata }) =>
            quotes.object({ kind: 'Pod', namespace: metadata.namespace, name: metadata.name }),
          ),
      ],
      score: 0.85,
      explains: workloadsOn(name, cluster),
      since: events[0]?.firstAt ?? null,
    };
  });
}
