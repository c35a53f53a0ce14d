import type { Pod } from '../../../tools/kubernetes/objects/pod.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf } from '../../object-ref.ts';
import { ownerOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** As the kubelet's OOM watcher and the node problem detector write it of what went beyond no container's limit. */
const OF_THE_NODE = /^System OOM encountered|^Out of memory: Kill(?:ed)? process/;
/** Of the eviction manager. */
const LOW_ON = /node was low on resource: ([a-z-]+)/i;
const OWN_LIMIT =
  /ephemeral local storage usage exceeds|exceeded its local ephemeral storage limit|EmptyDir volume .{0,120} exceeds|exceeds? the total limit of containers/i;

/** Nodes that ran out of memory, and pods that kubelets evicted. */
export const memoryOfNodes: Analyser = {
  looksFor: 'nodes out of memory, and evicted pods',
  analyse: (situation) => [
    ...situation.cluster.events.flatMap((event) => systemOom(event, situation)),
    ...situation.cluster.pods.flatMap((pod) => evicted(pod, situation)),
  ],
};

function systemOom(
  event: Situation['cluster']['events'][number],
  { cluster, quotes }: Situation,
): Finding[] {
  if (event.kind !== 'Node' || !/^(?:SystemOOM|OOMKilling)$/.test(event.reason)) return [];
  // "Memory cgroup out of memory" is a container at its own limit.
  if (!OF_THE_NODE.test(event.message)) return [];
  const object = { kind: 'Node', namespace: null, name: event.name };
  const victim = /victim process: ([\w.-]+)|process \d+ \(([\w.-]+)\)/.exec(event.message);
  return [
    {
      failureMode: 'node-oom',
      object,
      severity: 'critical',
      statement: `${nameOf(object)} ran out of memory, and the kernel killed ${victim?.[1] ?? victim?.[2] ?? 'a process'}.`,
      why: 'The kubelet reports that the node as a whole was out of memory.',
      citations: quotes.event(event),
      score: 0.93,
      explains: cluster.pods
        .filter(
          (pod) => pod.spec.nodeName === event.name && pod.status.containerStatuses.some(wasKilled),
        )
        .map((pod) => ownerOf(pod, cluster)),
      since: event.firstAt,
    },
  ];
}

function wasKilled({ lastState, state }: Pod['status']['containerStatuses'][number]): boolean {
  return (state.terminated ?? lastState.terminated)?.exitCode === 137;
}

function evicted(pod: Pod, { cluster, quotes, window }: Situation): Finding[] {
  const { reason, message, startTime } = pod.status;
  if (reason !== 'Evicted') return [];
  const began =
    pod.status.conditions.find(({ type }) => type === 'DisruptionTarget')?.lastTransitionTime ??
    null;
  if (began !== null && Date.parse(began) < Date.parse(window.from)) return [];
  const owner = ownerOf(pod, cluster);
  const ref = { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name };
  const resource = LOW_ON.exec(message)?.[1]?.toLowerCase();
  const isOfNode = resource !== undefined && pod.spec.nodeName !== '' && !OWN_LIMIT.test(message);
  const node = { kind: 'Node', namespace: null, name: pod.spec.nodeName };
  return [
    {
      failureMode: !isOfNode ? 'evicted' : resource === 'memory' ? 'node-oom' : 'node-pressure',
      object: isOfNode ? node : owner,
      severity: 'critical',
      statement: isOfNode
        ? `${nameOf(node)} is low on ${resource}, and its kubelet evicts pods of ${nameOf(owner)}.`
        : `The kubelet evicted pods of ${nameOf(owner)}: ${message.slice(0, 120)}`,
      why: 'The pod is Evicted, and says why.',
      citations: quotes.object(ref, /Evicted|low on resource|exceed/i),
      score: 0.9,
      explains: isOfNode ? [owner] : [],
      since: began ?? startTime ?? null,
    },
  ];
}
