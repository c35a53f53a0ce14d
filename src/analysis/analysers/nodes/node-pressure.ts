import type { Node } from '../../../tools/kubernetes/objects/node.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { keyOf } from '../../object-ref.ts';
import { nodeRef, workloadsOn } from '../../on-node.ts';
import { ownerOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** A node that runs out of memory, disk or process ids. */
export const nodePressure: Analyser = {
  looksFor: 'nodes under pressure of memory, disk or process ids',
  analyse: (situation) => situation.cluster.nodes.flatMap((node) => pressed(node, situation)),
};

const WORDS: Readonly<Record<string, string>> = {
  MemoryPressure: 'memory',
  DiskPressure: 'disk space or inodes',
  PIDPressure: 'process ids',
};
const EVENT =
  /^NodeHas(?:DiskPressure|InsufficientMemory|InsufficientPID)$|^(?:EvictionThresholdMet|FreeDiskSpaceFailed|ImageGCFailed)$/;

function pressed(node: Node, { cluster, quotes }: Situation): Finding[] {
  const { name } = node.metadata;
  const condition = node.status.conditions.find(
    ({ type, status }) => WORDS[type] !== undefined && status === 'True',
  );
  const events = cluster.events.filter(
    (it) => it.kind === 'Node' && it.name === name && EVENT.test(it.reason),
  );
  const [event] = events;
  if (!condition && !event) return [];
  const evicted = cluster.pods.filter(
    ({ spec, status }) => spec.nodeName === name && status.reason === 'Evicted',
  );
  const lost = evicted.map((pod) => ownerOf(pod, cluster));
  return [
    {
      failureMode: 'node-pressure',
      object: nodeRef(name),
      severity: condition || evicted.length > 0 ? 'critical' : 'warning',
      statement: condition
        ? `Node ${name} is short of ${WORDS[condition.type]} (${condition.type}).`
        : `Node ${name} was under pressure: ${event?.reason ?? ''}.`,
      why: condition
        ? 'Its kubelet says so, takes no new pods and evicts the ones that it has.'
        : 'Its kubelet said so within the window.',
      citations: [
        ...(condition
          ? quotes.object(nodeRef(name), new RegExp(`${condition.type}.*True|${condition.type}`))
          : []),
        ...events.slice(0, 2).flatMap((it) => quotes.event(it)),
      ],
      score: condition ? 0.93 : 0.7,
      explains: [
        ...new Map(
          [...workloadsOn(name, cluster), ...lost].map((ref) => [keyOf(ref), ref]),
        ).values(),
      ],
      since: condition?.lastTransitionTime ?? event?.firstAt ?? null,
    },
  ];
}
