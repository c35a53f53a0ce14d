import type { FailureMode } from '../../../report/failure-modes.ts';
import type { Pod } from '../../../tools/kubernetes/objects/pod.ts';
import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf, refOf } from '../../object-ref.ts';
import { ownerOf, workloadOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** Reasons that a kubelet gives for not admitting a pod that was put on its node all the same. */
const REJECTIONS = new Map<string, FailureMode>([
  ['OutOfcpu', 'insufficient-cpu'],
  ['OutOfmemory', 'insufficient-memory'],
  ['OutOfephemeral-storage', 'insufficient-other-resource'],
  ['OutOfpods', 'insufficient-other-resource'],
  ['UnexpectedAdmissionError', 'insufficient-other-resource'],
  ['NodeAffinity', 'node-selector-mismatch'],
  ['MatchNodeSelector', 'node-selector-mismatch'],
  ['NodePorts', 'port-conflict'],
  ['PodToleratesNodeTaints', 'untolerated-taint'],
]);

/** Pods that are tied to a node by name, past the scheduler, and cannot be there. */
export const rejectedByKubelet: Analyser = {
  looksFor: 'pods tied to a node that does not exist or does not take them',
  analyse: (situation) => [
    ...situation.cluster.pods.flatMap((pod) => rejected(pod, situation)),
    ...situation.cluster.workloads.flatMap((workload) => tiedToNothing(workload, situation)),
  ],
};

function rejected(pod: Pod, { cluster, quotes }: Situation): Finding[] {
  const { reason, message, phase, startTime } = pod.status;
  const failureMode = REJECTIONS.get(reason);
  if (failureMode === undefined || phase !== 'Failed') return [];
  const owner = ownerOf(pod, cluster);
  const workload = workloadOf(owner, cluster);
  const suffers = workload === null || workload.ready < workload.wanted;
  return [
    {
      failureMode,
      object: owner,
      severity: suffers ? 'critical' : 'info',
      statement: `Node ${pod.spec.nodeName} does not take the pods of ${nameOf(owner)}: ${message || reason}.`,
      why: `The kubelet gives ${reason} as the reason for which it rejected the pod.`,
      citations: quotes.object(refOf('Pod', pod.metadata)),
      score: suffers ? 0.9 : 0.4,
      explains: [],
      since: startTime ?? pod.metadata.creationTimestamp ?? null,
    },
  ];
}

function tiedToNothing(
  { ref, template, wanted, ready }: Workload,
  { cluster, quotes }: Situation,
): Finding[] {
  const { nodeName } = template.spec;
  const known = cluster.nodes.some(({ metadata }) => metadata.name === nodeName);
  if (nodeName === '' || known || cluster.nodes.length === 0 || cluster.unread.has('nodes')) {
    return [];
  }
  return [
    {
      failureMode: 'node-selector-mismatch',
      object: ref,
      severity: ready < wanted ? 'critical' : 'info',
      statement: `${nameOf(ref)} ties its pods to node ${nodeName}, which does not exist.`,
      why: 'Its pod template names a node that is not among those of the cluster.',
      citations: quotes.object(ref),
      score: 0.93,
      explains: [],
      since: null,
    },
  ];
}
