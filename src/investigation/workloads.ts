import type { ListedPod } from './listed-pods.ts';

/** The pods of one owner taken together: pods are replaced, and their names with them, while a failure goes on. */
export interface Workload {
  namespace: string;
  kind: string;
  name: string;
  /** Of the pods that are not healthy what they fail with, in the order of the alphabet; empty when all are. */
  failures: string[];
  /** Of all its pods together. */
  restarts: number;
}

/** By `kind namespace/name`. */
export function workloadsOf(pods: readonly ListedPod[]): Map<string, Workload> {
  const workloads = new Map<string, Workload>();
  for (const pod of pods) {
    const { kind, name } = pod.owner ?? { kind: 'Pod', name: pod.name };
    const key = `${kind} ${pod.namespace}/${name}`;
    const before = workloads.get(key);
    const failures = [...(before?.failures ?? []), ...failuresOf(pod)];
    workloads.set(key, {
      namespace: pod.namespace,
      kind,
      name,
      failures: [...new Set(failures)].sort(),
      restarts: (before?.restarts ?? 0) + pod.restarts,
    });
  }
  return workloads;
}

/** Unhealthy, and nothing says of what. It goes with every failure, so it is none of its own. */
export const NOT_READY = 'not ready';

/** What only says that a container is waited for; how it ended the last time says why. */
const CONSEQUENCES = new Set([
  '',
  'CrashLoopBackOff',
  'Completed',
  'ContainerCreating',
  'PodInitializing',
  'Running',
]);
/** Kubernetes tells a failed pull now with one word and now with the other. */
const SAME_FAILURE: ReadonlyMap<string, string> = new Map([['ErrImagePull', 'ImagePullBackOff']]);

function failuresOf({ healthy, status, containers }: ListedPod): string[] {
  if (healthy) return [];
  const reasons = containers.flatMap(({ reason, last }) => [reason, last?.reason ?? '']);
  const told = reasons.filter((reason) => !CONSEQUENCES.has(reason));
  if (told.length > 0) return told.map((reason) => SAME_FAILURE.get(reason) ?? reason);
  return [CONSEQUENCES.has(status) ? NOT_READY : (SAME_FAILURE.get(status) ?? status)];
}
