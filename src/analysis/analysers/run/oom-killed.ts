import type { Pod } from '../../../tools/kubernetes/objects/pod.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf } from '../../object-ref.ts';
import { ownerOf, unreadySince } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** A container that the kernel killed at its memory limit. */
export const oomKilled: Analyser = {
  looksFor: 'containers that were killed at their memory limit',
  analyse: (situation) => situation.cluster.pods.flatMap((pod) => killed(pod, situation)),
};

function killed(pod: Pod, { cluster, changes, quotes, window }: Situation): Finding[] {
  const { initContainerStatuses, containerStatuses } = pod.status;
  return [...initContainerStatuses, ...containerStatuses].flatMap((status): Finding[] => {
    const ended = status.state.terminated ?? status.lastState.terminated;
    if (ended === undefined) return [];
    // A limit that is too low even for the runtime ends a container before its process is there.
    if (ended.reason !== 'OOMKilled' && !/OOM-killed|memory limit too low/.test(ended.message))
      return [];
    if (Date.parse(ended.finishedAt ?? '') < Date.parse(window.from)) return [];
    const container = [...pod.spec.initContainers, ...pod.spec.containers].find(
      ({ name }) => name === status.name,
    );
    const limit = container?.resources.limits.memory;
    const owner = ownerOf(pod, cluster);
    const lowered = changes.find(
      ({ object, namespace, details }) =>
        object === `${owner.kind}/${owner.name}` &&
        namespace === owner.namespace &&
        details.some((line) => /limit.*memory|memory.*limit/i.test(line)),
    );
    const ref = { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name };
    return [
      {
        failureMode: 'oom-killed',
        object: owner,
        severity: 'critical',
        statement:
          `Container ${status.name} of ${nameOf(owner)} was killed for going over its memory limit` +
          `${limit === undefined ? '' : ` of ${limit}`}, ${status.restartCount} restarts so far.`,
        why: `The kubelet says that it was killed for its memory${lowered ? `, and its memory limit was changed at ${lowered.at}` : ''}.`,
        citations: [
          ...quotes.object(ref, /OOM-?[Kk]illed/),
          ...quotes.object(ref, /^\s+limits /).slice(0, 1),
          ...(lowered ? quotes.line(lowered.evidence, /limit.*memory|memory.*limit/i) : []),
        ],
        score: 0.92,
        explains: [],
        // A pod that crashes again and again is told by its latest end only.
        since: unreadySince(pod) ?? ended.finishedAt ?? null,
      },
    ];
  });
}
