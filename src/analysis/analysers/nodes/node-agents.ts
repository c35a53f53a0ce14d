import type { PodSummary } from '../../../tools/kubernetes/pod-status.ts';
import type { Analyser, Finding } from '../../finding.ts';
import type { ObjectRef } from '../../object-ref.ts';
import { nodeRef, workloadsOn } from '../../on-node.ts';
import type { Situation } from '../../situation.ts';
import { partsOf } from '../../system-pods.ts';
import { withoutProxy } from './no-proxy.ts';

/** What has to run on every node for its pods to reach anything: kube-proxy and the network plugin. */
export const nodeAgents: Analyser = {
  looksFor: 'nodes without a working kube-proxy or network plugin',
  analyse: (situation) => [
    ...AGENTS.flatMap((agent) => missing(agent, situation)),
    ...withoutProxy(situation),
  ],
};

interface Agent {
  name: RegExp;
  failureMode: 'kube-proxy-down' | 'network-degraded';
  says: string;
}

const AGENTS: readonly Agent[] = [
  {
    name: /^kube-proxy(?:-|$)/,
    failureMode: 'kube-proxy-down',
    says: 'so that addresses of Services are not kept up there',
  },
  {
    name: /^(?:calico-node|cilium|canal|kube-flannel(?:-ds)?|weave-net|kindnet|aws-node|antrea-agent|kube-router|azure-cns|ovnkube-node)$/,
    failureMode: 'network-degraded',
    says: 'so that pods there get no network, or lose it',
  },
];

function missing(agent: Agent, situation: Situation): Finding[] {
  const { systemPods } = situation;
  const pods = systemPods ? partsOf(systemPods, agent.name) : [];
  const name = pods[0]?.owner?.name;
  if (!systemPods || name === undefined) return [];
  const ready = situation.cluster.nodes.filter(({ status }) =>
    status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
  // A node that is not ready has more than this one trouble.
  const nodes = ready.map(({ metadata }) => metadata.name);
  const lacking = nodes.filter((node) => !pods.some((pod) => pod.node === node && pod.healthy));
  if (lacking.length === 0) return [];
  const object: ObjectRef =
    nodes.length > 2 && lacking.length > nodes.length / 2
      ? { kind: 'DaemonSet', namespace: 'kube-system', name }
      : nodeRef(lacking[0] ?? '');
  const of = { agent, name, pods, evidence: systemPods.evidence };
  return object.kind === 'DaemonSet'
    ? [findingOf(of, object, lacking, situation)]
    : lacking.map((node) => findingOf(of, nodeRef(node), [node], situation));
}

interface Found {
  agent: Agent;
  name: string;
  pods: readonly PodSummary[];
  evidence: string;
}

function findingOf(
  { agent, name, pods, evidence }: Found,
  object: ObjectRef,
  nodes: readonly string[],
  { cluster, quotes }: Situation,
): Finding {
  const unhealthy = pods.filter((pod) => nodes.includes(pod.node) && !pod.healthy);
  const found = unhealthy
    .slice(0, 2)
    .flatMap((pod) => quotes.line(evidence, new RegExp(`^\\s*${pod.name}\\b`)));
  const where = nodes.length === 1 ? `node ${nodes[0]}` : `${nodes.length} nodes`;
  return {
    failureMode: agent.failureMode,
    object,
    severity: 'critical',
    statement:
      unhealthy.length > 0
        ? `${name} does not work on ${where}: ${unhealthy
            .slice(0, 3)
            .map((pod) => `${pod.name} is ${pod.status}`)
            .join(', ')}, ${agent.says}.`
        : `${name} does not run on ${where}, ${agent.says}.`,
    why:
      unhealthy.length > 0
        ? 'Its pod there is not healthy.'
        : 'Other nodes have a pod of it, and this has none.',
    citations: [
      ...(found.length > 0 ? found : quotes.line(evidence, new RegExp(`^\\s*${name}\\b`))),
      ...quotes.object(nodeRef(nodes[0] ?? '')),
    ],
    score: unhealthy.length > 0 ? 0.88 : 0.84,
    explains: nodes.flatMap((node) => workloadsOn(node, cluster)),
    since:
      unhealthy.flatMap(({ containers }) =>
        containers.flatMap((it) => it.last?.finishedAt ?? []),
      )[0] ?? null,
  };
}
