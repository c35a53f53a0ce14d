import type { Change } from '../../changes/change.ts';
import { summariseEvent } from '../object-events.ts';
import type { Event } from '../objects/event.ts';
import { oneLine } from '../wording.ts';
import { byWhom, clusterChange, isSameAct } from './cluster-change.ts';
import { newestOf, rolledBackAt, type Told, type Workload } from './rollouts.ts';

/** A Deployment gave one of its ReplicaSets another size. */
export interface Resize {
  at: string;
  replicaSet: string;
  from: string | null;
  to: string;
}

/** An autoscaler gave its target another size. */
export interface Rescale {
  at: string;
  by: string;
  message: string;
}

/** A rollout moves pods from one ReplicaSet to another for about this long. */
const ROLLOUT_MS = 10 * 60_000;

/** The Deployment controller's own words; before 1.31 without `from`. */
const RESIZED = /^Scaled (?:up|down) replica set (\S+) (?:from (\d+) )?to (\d+)/;

/** What an event tells of a size; none for an event of another kind. */
export function resizeOf(event: Event): Resize[] {
  const { lastAt: at, message } = summariseEvent(event);
  const [, replicaSet, from, to] = RESIZED.exec(message) ?? [];
  if (at === null || replicaSet === undefined || to === undefined) return [];
  return [{ at, replicaSet, from: from ?? null, to }];
}

export function rescaleOf(event: Event): Rescale[] {
  const { lastAt: at, message, reason } = summariseEvent(event);
  const by = `HorizontalPodAutoscaler/${event.involvedObject.name}`;
  return at === null || reason !== 'SuccessfulRescale'
    ? []
    : [{ at, by, message: oneLine(message) }];
}

/**
 * Changes of the number of pods that are no part of a rollout. What an autoscaler or `kubectl scale` asks
 * for and what the Deployment then does are one change.
 */
export function scalingsOf(
  workload: Workload,
  resizes: readonly Resize[],
  rescales: readonly Rescale[],
): Told {
  const scaled = resizes.filter((resize) => !isPartOfRollout(resize, workload));
  const changes: Change[] = scaled.map(({ at, from, to }) => {
    const rescale = rescales.find((it) => isSameAct(it.at, at));
    const write = workload.writes.find((it) => setsReplicas(it) && isSameAct(it.at, at));
    return clusterChange(workload, {
      at,
      kind: 'scale',
      summary: `scaled ${from === null ? 'to' : `from ${from} to`} ${to}${byWhom(rescale ?? write)}`,
      details: rescale ? [rescale.message] : [],
    });
  });
  const isTold = ({ at }: { at: string }) => scaled.some((it) => isSameAct(it.at, at));
  for (const { at, by, message } of rescales.filter((it) => !isTold(it))) {
    changes.push(
      clusterChange(workload, {
        at,
        kind: 'scale',
        summary: `scaled by ${by}`,
        details: [message],
      }),
    );
  }
  const writes = workload.writes.filter((it) => it.scale || (setsReplicas(it) && isTold(it)));
  for (const write of writes.filter((it) => it.scale && !isTold(it))) {
    const summary = `replicas set${byWhom(write)}, now ${workload.replicas}`;
    changes.push(clusterChange(workload, { at: write.at, kind: 'scale', summary }));
  }
  return { changes, writes };
}

function setsReplicas({ fields }: { fields: readonly string[] }): boolean {
  return fields.includes('spec.replicas');
}

function isPartOfRollout({ at, replicaSet }: Resize, workload: Workload): boolean {
  const newest = newestOf(workload.revisions);
  if (newest === null) return false;
  if (newest.metadata.name !== replicaSet) return true;
  const began = rolledBackAt(workload) ?? newest.metadata.creationTimestamp ?? '';
  const since = Date.parse(at) - Date.parse(began);
  return isSameAct(at, began) || (since >= 0 && since < ROLLOUT_MS);
}
