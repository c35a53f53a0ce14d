import { z } from 'zod';
import type { DaemonSet, Deployment, StatefulSet } from '../objects/workload.ts';

/** How far the newest revision has come, judged as `kubectl rollout status` does. */
export const RolloutStatus = z.object({
  state: z.enum(['complete', 'progressing', 'stuck', 'paused']),
  /** Why it is not complete, or what it waits for; empty when complete. */
  reason: z.string(),
  wanted: z.number(),
  /** Pods of the newest revision. */
  updated: z.number(),
  ready: z.number(),
  available: z.number(),
});
export type RolloutStatus = z.infer<typeof RolloutStatus>;

const UNSEEN = 'the controller has not yet seen the newest change of the spec';

export function deploymentStatus({ metadata, spec, status }: Deployment): RolloutStatus {
  const { updatedReplicas: updated, availableReplicas: available } = status;
  const counts = { wanted: spec.replicas, updated, ready: status.readyReplicas, available };
  const old = status.replicas - updated;
  const stuck = status.conditions.find(
    (it) =>
      (it.type === 'Progressing' && it.reason === 'ProgressDeadlineExceeded') ||
      (it.type === 'ReplicaFailure' && it.status === 'True'),
  );
  if (stuck) {
    const reason = [stuck.reason, stuck.message].filter((part) => part).join(': ');
    return { state: 'stuck', reason, ...counts };
  }
  if (spec.paused) return { state: 'paused', reason: 'by spec.paused', ...counts };
  return progress(counts, [
    [status.observedGeneration < metadata.generation, UNSEEN],
    [updated < spec.replicas, `${updated} of ${spec.replicas} pods are of the newest revision`],
    [old > 0, `${old} pods of older revisions are still there`],
    [available < updated, `${available} of ${updated} updated pods are available`],
  ]);
}

export function statefulSetStatus({ metadata, spec, status }: StatefulSet): RolloutStatus {
  const { updatedReplicas, availableReplicas: available, readyReplicas: ready } = status;
  const settled = status.currentRevision === status.updateRevision;
  // Once all pods are of one revision the controller may stop to count the updated ones.
  const updated = settled ? status.replicas : updatedReplicas;
  const counts = { wanted: spec.replicas, updated, ready, available };
  const partition = spec.updateStrategy.rollingUpdate?.partition ?? 0;
  const due = Math.max(0, spec.replicas - partition);
  const held = partition > 0 ? ` (partition ${partition} keeps the others back)` : '';
  return progress(
    counts,
    [
      [status.observedGeneration < metadata.generation, UNSEEN],
      [updated < due, `${updated} of ${due} pods are of the newest revision${held}`],
      [ready < spec.replicas, `${ready} of ${spec.replicas} pods are ready`],
    ],
    spec.updateStrategy.type,
  );
}

export function daemonSetStatus({ metadata, spec, status }: DaemonSet): RolloutStatus {
  const { desiredNumberScheduled: wanted, updatedNumberScheduled: updated } = status;
  const { numberAvailable: available, numberReady: ready } = status;
  return progress(
    { wanted, updated, ready, available },
    [
      [status.observedGeneration < metadata.generation, UNSEEN],
      [updated < wanted, `${updated} of ${wanted} pods are of the newest revision`],
      [available < wanted, `${available} of ${wanted} pods are available`],
    ],
    spec.updateStrategy.type,
  );
}

/** The first thing that it waits for; complete when there is none. */
function progress(
  counts: Omit<RolloutStatus, 'state' | 'reason'>,
  waits: readonly [boolean, string][],
  strategy = 'RollingUpdate',
): RolloutStatus {
  const wait = waits.find(([waiting]) => waiting);
  if (!wait) return { state: 'complete', reason: '', ...counts };
  const byHand = strategy === 'OnDelete' ? '; OnDelete: a pod changes when someone deletes it' : '';
  return { state: 'progressing', reason: `${wait[1]}${byHand}`, ...counts };
}
