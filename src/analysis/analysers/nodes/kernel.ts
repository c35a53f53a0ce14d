import type { Node } from '../../../tools/kubernetes/objects/node.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nodeRef, workloadsOn } from '../../on-node.ts';
import type { Situation } from '../../situation.ts';

/** What a kernel, or the node-problem-detector that reads its log, says of a node. */
export const kernel: Analyser = {
  looksFor: 'nodes whose kernel, file systems or network report a fault',
  analyse: (situation) =>
    situation.cluster.nodes.flatMap((node) => [
      ...ofConditions(node, situation),
      ...ofEvents(node, situation),
    ]),
};

/** Conditions of https://github.com/kubernetes/node-problem-detector, and the ones of network plugins. */
const CONDITIONS: Readonly<Record<string, string>> = {
  KernelDeadlock: 'its kernel hangs',
  ReadonlyFilesystem: 'a file system of its has become read-only',
  CorruptDockerOverlay2: 'its container file systems are corrupt',
  FrequentUnregisterNetDevice: 'its kernel cannot free network devices',
  FrequentKubeletRestart: 'its kubelet restarts again and again',
  FrequentDockerRestart: 'its container runtime restarts again and again',
  FrequentContainerdRestart: 'its container runtime restarts again and again',
  KubeletUnhealthy: 'its kubelet is unhealthy',
  ContainerRuntimeUnhealthy: 'its container runtime is unhealthy',
  KubeletProblem: 'its kubelet is unhealthy',
  NTPProblem: 'its clock is not kept in time',
};
const NETWORK = /^(?:NetworkUnavailable|NetworkingUnavailable|NetworkProblem|VMEventScheduled)$/;

function ofConditions({ metadata, status }: Node, { cluster, quotes }: Situation): Finding[] {
  return status.conditions.flatMap(
    ({ type, status: is, message, lastTransitionTime }): Finding[] => {
      const isNetwork = NETWORK.test(type);
      const says = isNetwork ? 'its network is not set up' : CONDITIONS[type];
      if (is !== 'True' || says === undefined) return [];
      const { name } = metadata;
      return [
        {
          failureMode: isNetwork
            ? 'network-degraded'
            : type === 'NTPProblem'
              ? 'clock-skew'
              : 'node-not-ready',
          object: nodeRef(name),
          severity: 'critical',
          statement: `Node ${name} reports ${type}: ${says}${message ? ` (${message})` : ''}.`,
          why: 'A condition of the node says so.',
          citations: quotes.object(nodeRef(name), new RegExp(`\\b${type}\\b`)),
          score: 0.92,
          explains: workloadsOn(name, cluster),
          since: lastTransitionTime ?? null,
        },
      ];
    },
  );
}

const EVENTS =
  /^(?:TaskHung|KernelOops|Ext4Error|Ext4Warning|IOError|MemoryReadError|UnregisterNetDevice|FilesystemIsReadOnly|DockerHung|AUFSUmountHung|XfsShutdown|BufferIOError|ConntrackFull|NodeProblem)$/;

function ofEvents({ metadata }: Node, { cluster, quotes }: Situation): Finding[] {
  const { name } = metadata;
  const events = cluster.events.filter(
    (it) => it.kind === 'Node' && it.name === name && EVENTS.test(it.reason),
  );
  const [event] = events;
  if (event === undefined) return [];
  const isNetwork = event.reason === 'ConntrackFull';
  return [
    {
      failureMode: isNetwork ? 'network-degraded' : 'node-not-ready',
      object: nodeRef(name),
      severity: 'critical',
      statement: `The kernel of node ${name} reports ${event.reason}${event.count > 1 ? `, ${event.count} times` : ''}.`,
      why: 'The log of the kernel says so.',
      citations: events.slice(0, 2).flatMap((it) => quotes.event(it)),
      score: 0.8,
      explains: workloadsOn(name, cluster),
      since: event.firstAt,
    },
  ];
}
