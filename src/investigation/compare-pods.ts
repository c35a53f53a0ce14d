import type { ListedPod } from './listed-pods.ts';
import { NOT_READY, type Workload, workloadsOf } from './workloads.ts';

/** How the pods are now beside how they were when the incident was investigated. */
export interface PodDelta {
  /** What an investigation has not seen: it makes another one worth its money. */
  differs: {
    /** Workloads that are unhealthy and were not. */
    unhealthy: Workload[];
    /** Workloads that fail with something that they did not fail with; `failures` holds only that. */
    otherFailure: Workload[];
  };
  /** The same failure, further on. */
  restarts: { workload: Workload; before: number; now: number }[];
  /** Workloads that were unhealthy and are not, or are gone; as they were. */
  recovered: Workload[];
}

export function comparePods(before: readonly ListedPod[], now: readonly ListedPod[]): PodDelta {
  const were = workloadsOf(before);
  const delta: PodDelta = {
    differs: { unhealthy: [], otherFailure: [] },
    restarts: [],
    recovered: [],
  };
  const are = workloadsOf(now);
  for (const [key, workload] of are) {
    const known = were.get(key);
    if (workload.failures.length === 0) continue;
    if (known === undefined || known.failures.length === 0) {
      delta.differs.unhealthy.push(workload);
      continue;
    }
    const failures = workload.failures.filter(
      (failure) => failure !== NOT_READY && !known.failures.includes(failure),
    );
    if (failures.length > 0) delta.differs.otherFailure.push({ ...workload, failures });
    if (workload.restarts > known.restarts) {
      delta.restarts.push({ workload, before: known.restarts, now: workload.restarts });
    }
  }
  for (const [key, workload] of were) {
    const isUnhealthy = (are.get(key)?.failures.length ?? 0) > 0;
    if (workload.failures.length > 0 && !isUnhealthy) delta.recovered.push(workload);
  }
  return delta;
}

export function differsInKind({ differs }: PodDelta): boolean {
  return differs.unhealthy.length > 0 || differs.otherFailure.length > 0;
}
