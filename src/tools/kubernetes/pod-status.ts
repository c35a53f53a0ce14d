import { z } from 'zod';
import type { TimeWindow } from '../../alert/window.ts';
import { kubectlColumns, terminationReason } from './kubectl-columns.ts';
import type { Container, ContainerState, ContainerStatus, Pod, Terminated } from './objects/pod.ts';

const Termination = z.object({
  reason: z.string(),
  message: z.string(),
  exitCode: z.number(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type Termination = z.infer<typeof Termination>;

/** One container of a pod, as far as its health goes. */
export const ContainerSummary = z.object({
  name: z.string(),
  image: z.string(),
  init: z.boolean(),
  ready: z.boolean(),
  restarts: z.number(),
  state: z.enum(['waiting', 'running', 'terminated', 'unknown']),
  /** Why it waits or ended; empty while it runs. */
  reason: z.string(),
  message: z.string(),
  /** Since when it runs or ran; null while it waits. */
  startedAt: z.string().nullable(),
  /** How it ended now, if it has. */
  exitCode: z.number().nullable(),
  /** How it ended the time before. */
  last: Termination.nullable(),
});
export type ContainerSummary = z.infer<typeof ContainerSummary>;

export const PodSummary = z.object({
  name: z.string(),
  namespace: z.string(),
  /** What kubectl prints under STATUS. */
  status: z.string(),
  /** Ready of total containers, such as `1/2`. */
  ready: z.string(),
  restarts: z.number(),
  /** Completed, or running with all containers ready and none that failed within the window. */
  healthy: z.boolean(),
  /** Empty while it is not scheduled. */
  node: z.string(),
  /** The controller, a Deployment in place of its ReplicaSet; null for a bare pod. */
  owner: z.object({ kind: z.string(), name: z.string() }).nullable(),
  startedAt: z.string().nullable(),
  containers: z.array(ContainerSummary),
});
export type PodSummary = z.infer<typeof PodSummary>;

export function summarisePod(pod: Pod, window: TimeWindow): PodSummary {
  const { status, ready, total, restarts } = kubectlColumns(pod);
  const containers = summariseContainers(pod);
  return {
    name: pod.metadata.name,
    namespace: pod.metadata.namespace,
    status,
    ready: `${ready}/${total}`,
    restarts,
    healthy: isHealthy(pod, status, ready === total, containers, window),
    node: pod.spec.nodeName,
    owner: ownerOf(pod),
    startedAt: pod.status.startTime ?? pod.metadata.creationTimestamp ?? null,
    containers,
  };
}

function isHealthy(
  pod: Pod,
  status: string,
  allReady: boolean,
  containers: readonly ContainerSummary[],
  window: TimeWindow,
): boolean {
  if (status === 'Completed' || pod.status.phase === 'Succeeded') return true;
  const failedInWindow = containers.some(
    ({ last }) =>
      last !== null &&
      last.exitCode !== 0 &&
      Date.parse(last.finishedAt ?? '') >= Date.parse(window.from),
  );
  if (failedInWindow) return false;
  if (status === 'Terminating') {
    // Leaving is normal until the grace period, which the deletion time includes, is over.
    return Date.parse(pod.metadata.deletionTimestamp ?? '') > Date.parse(window.to);
  }
  return status === 'Running' && allReady;
}

/** A ReplicaSet's name is its Deployment's with the pod template's hash, which the pod carries as a label. */
function ownerOf(pod: Pod): PodSummary['owner'] {
  const references = pod.metadata.ownerReferences;
  const owner = references.find((reference) => reference.controller) ?? references[0];
  if (!owner) return null;
  const hash = pod.metadata.labels['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) };
  }
  return { kind: owner.kind, name: owner.name };
}

function summariseContainers(pod: Pod): ContainerSummary[] {
  const { status, spec } = pod;
  return [
    ...spec.initContainers.map((it) => summariseContainer(it, status.initContainerStatuses, true)),
    ...spec.containers.map((it) => summariseContainer(it, status.containerStatuses, false)),
  ];
}

function summariseContainer(
  container: Container,
  statuses: readonly ContainerStatus[],
  init: boolean,
): ContainerSummary {
  const status = statuses.find((it) => it.name === container.name);
  const state = status?.state ?? {};
  const { waiting, running, terminated } = state;
  const last = status?.lastState.terminated;
  return {
    name: container.name,
    image: container.image,
    init,
    ready: status?.ready ?? false,
    restarts: status?.restartCount ?? 0,
    state: stateName(state),
    reason: waiting?.reason ?? (terminated ? terminationReason(terminated) : ''),
    message: waiting?.message ?? terminated?.message ?? '',
    startedAt: running?.startedAt ?? terminated?.startedAt ?? null,
    exitCode: terminated?.exitCode ?? null,
    last: last ? summariseTermination(last) : null,
  };
}

function stateName(state: ContainerState): ContainerSummary['state'] {
  if (state.waiting) return 'waiting';
  if (state.running) return 'running';
  return state.terminated ? 'terminated' : 'unknown';
}

function summariseTermination(terminated: Terminated): Termination {
  return {
    reason: terminationReason(terminated),
    message: terminated.message,
    exitCode: terminated.exitCode,
    startedAt: terminated.startedAt ?? null,
    finishedAt: terminated.finishedAt ?? null,
  };
}
