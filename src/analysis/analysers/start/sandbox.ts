import type { Analyser, Finding } from '../../finding.ts';
import { keyOf, nameOf, type ObjectRef, refOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { creatingPods, ownLines, stuckContainers, warningsOf } from './stuck.ts';

const EVENTS = new Set(['FailedCreatePodSandBox', 'FailedCreatePodContainer', 'NetworkNotReady']);
/** What the pod template asks for, and no node has. */
const OF_TEMPLATE =
  /runtime handler|RuntimeClass|runtimeclass|invalid sysctl|hostname|no runtime for/i;
/** The runtime is too slow or has lost count. */
const OF_RUNTIME =
  /context deadline exceeded|is reserved for|failed to reserve container name|error reserving ctr name/i;

/** Pods whose sandbox or network the runtime of their node cannot make. */
export const sandbox: Analyser = {
  looksFor: 'pod sandboxes and networks that cannot be made',
  analyse: (situation) => [...ofSandboxes(situation), ...ofRuntimes(situation)],
};

function ofSandboxes(situation: Situation): Finding[] {
  const { quotes } = situation;
  const byOwner = new Map(
    creatingPods(situation).map((it) => [`${keyOf(it.owner)} ${it.pod.spec.nodeName}`, it]),
  );
  return [...byOwner.values()].flatMap(({ pod, owner }): Finding[] => {
    const [event] = warningsOf(owner, EVENTS, situation);
    if (event === undefined) return [];
    const node: ObjectRef = { kind: 'Node', namespace: null, name: pod.spec.nodeName };
    const object = OF_TEMPLATE.test(event.message) ? owner : node;
    return [
      {
        failureMode: 'sandbox-failed',
        object,
        severity: 'critical',
        statement: `Node ${node.name} cannot make the sandbox of pods of ${nameOf(owner)}: ${event.message.replace(/\s+/g, ' ').slice(0, 200)}`,
        why: 'The kubelet tells what the runtime or the network plugin answered.',
        citations: [...quotes.event(event), ...quotes.object(refOf('Pod', pod.metadata))],
        score: 0.92,
        explains: object === owner ? [] : [owner],
        since: event.firstAt,
      },
    ];
  });
}

function ofRuntimes(situation: Situation): Finding[] {
  return stuckContainers(situation)
    .filter(
      ({ reason, messages }) =>
        reason === 'CreateContainerError' && messages.some((it) => OF_RUNTIME.test(it)),
    )
    .map((stuck) => ({
      failureMode: 'sandbox-failed',
      object: { kind: 'Node', namespace: null, name: stuck.pod.spec.nodeName },
      severity: 'critical',
      statement: `The runtime of node ${stuck.pod.spec.nodeName} does not get to make containers of ${nameOf(stuck.owner)}.`,
      why: 'The kubelet gives up waiting for it, or finds the name taken by its own earlier try.',
      citations: ownLines(stuck, situation),
      score: 0.8,
      explains: [stuck.owner],
      since: stuck.since,
    }));
}
