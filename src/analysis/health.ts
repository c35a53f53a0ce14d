import type { TimeWindow } from '../alert/window.ts';
import type { ContainerStatus, Pod } from '../tools/kubernetes/objects/pod.ts';
import type { Cluster, Workload } from './cluster.ts';
import type { ObjectRef } from './object-ref.ts';
import { podsOf, unreadySince, workloadOf } from './owners.ts';

/** Of a container that ended with a failure within the window: how, the latest time. */
export function failureOf(status: ContainerStatus, window: TimeWindow) {
  const ended = status.state.terminated ?? status.lastState.terminated;
  if (ended === undefined || ended.exitCode === 0) return null;
  return Date.parse(ended.finishedAt ?? '') < Date.parse(window.from) ? null : ended;
}

/** Whether a container was started anew within the window: probes end processes that then leave with 0. */
export function restartedIn({ lastState }: ContainerStatus, window: TimeWindow): boolean {
  return Date.parse(lastState.terminated?.finishedAt ?? '') >= Date.parse(window.from);
}

/** A pod that is not ready though it should be, or of which a container failed within the window. */
function isTroubled(pod: Pod, window: TimeWindow): boolean {
  const { phase, conditions, initContainerStatuses, containerStatuses } = pod.status;
  if (phase === 'Succeeded') return false;
  // Of a healthy pod a snapshot keeps no condition that is true.
  const unready = conditions.some(({ type, status }) => type === 'Ready' && status !== 'True');
  return (
    phase !== 'Running' ||
    unready ||
    containerStatuses.some((it) => restartedIn(it, window)) ||
    [...initContainerStatuses, ...containerStatuses].some((it) => failureOf(it, window) !== null)
  );
}

/** Whether a workload lacks pods, or has any that is in trouble. */
export function isInTrouble(ref: ObjectRef, cluster: Cluster, window: TimeWindow): boolean {
  const workload = workloadOf(ref, cluster);
  const lacks = workload !== null && workload.ready < workload.wanted;
  return lacks || podsOf(ref, cluster).some((pod) => isTroubled(pod, window));
}

/** Since when the first of its pods has not been ready; null when all are. */
export function troubledSince(ref: ObjectRef, cluster: Cluster): string | null {
  const times = podsOf(ref, cluster).flatMap((pod) => unreadySince(pod) ?? []);
  return times.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

/** A workload without a single ready pod, or fewer than it should have. */
export function isUnready({ ready, wanted }: Workload): boolean {
  return ready < Math.max(1, wanted);
}
