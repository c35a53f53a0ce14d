import type { PodSummary } from '../../../tools/kubernetes/pod-status.ts';
import type { CallFault } from '../../call-failures.ts';
import { behind } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { keyOf, type ObjectRef } from '../../object-ref.ts';
import { nodeRef, workloadsOn } from '../../on-node.ts';
import type { Situation } from '../../situation.ts';
import { partsOf } from '../../system-pods.ts';

/** What has to run on every node for its pods to reach anything: kube-proxy and the network plugin. */
export const nodeAgents: Analyser = {
  looksFor: 'nodes without a working kube-proxy or network plugin',
  analyse: (situation) => [
    ...AGENTS.flatMap((agent) => missing(agent, situation)),
    ...noProxyAtAll(situation),
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

/** Network plugins that can do what kube-proxy does, and are often made to. */
const MAY_REPLACE_IT = /^(?:cilium|kube-router|antrea-agent|ovnkube-node)$/;
/** What kubeadm makes, which runs kube-proxy too. */
const STATIC_POD = /^kube-apiserver-/;

/** No pod of it anywhere, and connections to addresses of Services with ready pods are lost. */
function noProxyAtAll(situation: Situation): Finding[] {
  const { systemPods, cluster, quotes, callFailures } = situation;
  if (!systemPods || partsOf(systemPods, /^kube-proxy(?:-|$)/).length > 0) return [];
  if (partsOf(systemPods, STATIC_POD).length === 0) return [];
  if (partsOf(systemPods, MAY_REPLACE_IT).length > 0) return [];
  const addresses = new Set(cluster.services.map(({ spec }) => spec.clusterIP));
  const lost = callFailures.filter(
    ({ fault, host, service }) =>
      LOST.has(fault) &&
      host !== null &&
      addresses.has(host) &&
      service !== null &&
      cluster.services
        .filter(({ metadata }) => metadata.name === service.name)
        .some((it) => behind(it, cluster).some(({ ready }) => ready > 0)),
  );
  if (lost.length === 0) return [];
  const callers = [...new Map(lost.map(({ caller }) => [keyOf(caller), caller])).values()];
  return [
    {
      failureMode: 'kube-proxy-down',
      object: { kind: 'DaemonSet', namespace: 'kube-system', name: 'kube-proxy' },
      severity: 'critical',
      statement:
        'kube-system has no pod of kube-proxy, so that addresses of Services are not kept up on any node.',
      why: 'Connections to addresses of Services with ready pods are lost, and no network plugin there is known to do without kube-proxy.',
      citations: [
        ...quotes.line(systemPods.evidence, /kube-apiserver-/),
        ...lost.slice(0, 2).flatMap(({ entry }) => quotes.log(entry)),
      ],
      score: 0.8,
      explains: [...callers, ...lost.flatMap(({ service }) => service ?? [])],
      since: lost[0]?.entry.at ?? null,
    },
  ];
}

const LOST: ReadonlySet<CallFault> = new Set<CallFault>(['timed-out', 'unreachable', 'refused']);

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
