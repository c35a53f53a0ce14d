import { z } from 'zod';
import type { TimeWindow } from '../../alert/window.ts';
import {
  ContainerDetail,
  describeToleration,
  describeVolume,
  detailContainer,
} from './container-detail.ts';
import { EventSummary } from './events.ts';
import type { Pod } from './objects.ts';
import { PodSummary, summarisePod } from './pod-status.ts';

export const PodDescription = PodSummary.extend({
  createdAt: z.string().nullable(),
  /** Set while it is being deleted: when its grace period ends. */
  deletionAt: z.string().nullable(),
  message: z.string(),
  serviceAccount: z.string(),
  qosClass: z.string(),
  /** Of the owner that the pod itself names: a Deployment's pod names its ReplicaSet. */
  controlledBy: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  /** When `kubectl rollout restart` last made such pods anew. */
  restartedAt: z.string().nullable(),
  containers: z.array(ContainerDetail),
  conditions: z.array(
    z.object({
      type: z.string(),
      status: z.string(),
      reason: z.string(),
      message: z.string(),
      since: z.string().nullable(),
    }),
  ),
  volumes: z.array(z.object({ name: z.string(), source: z.string() })),
  nodeSelector: z.record(z.string(), z.string()),
  tolerations: z.array(z.string()),
  /** Oldest first. */
  events: z.array(EventSummary),
  /** What could not be read, or was left out, in words. */
  gaps: z.array(z.string()),
});
export type PodDescription = z.infer<typeof PodDescription>;

/** All that is told of a pod. `gaps` says what could not be read. */
export function describe(
  pod: Pod,
  window: TimeWindow,
  events: EventSummary[],
  gaps: string[],
): PodDescription {
  const { metadata, spec, status } = pod;
  const summary = summarisePod(pod, window);
  const owner = metadata.ownerReferences.find((it) => it.controller) ?? metadata.ownerReferences[0];
  const containers = new Map(
    [...spec.initContainers, ...spec.containers].map((container) => [container.name, container]),
  );
  return {
    ...summary,
    createdAt: metadata.creationTimestamp ?? null,
    deletionAt: metadata.deletionTimestamp ?? null,
    message: status.message,
    serviceAccount: spec.serviceAccountName,
    qosClass: status.qosClass,
    controlledBy: owner ? `${owner.kind}/${owner.name}` : null,
    labels: metadata.labels,
    restartedAt: metadata.annotations['kubectl.kubernetes.io/restartedAt'] ?? null,
    containers: summary.containers.flatMap((it) => {
      const container = containers.get(it.name);
      return container ? [detailContainer(container, it)] : [];
    }),
    conditions: status.conditions.map((condition) => ({
      type: condition.type,
      status: condition.status,
      reason: condition.reason ?? '',
      message: condition.message ?? '',
      since: condition.lastTransitionTime ?? null,
    })),
    // Every pod has the volume with its service account's token.
    volumes: spec.volumes
      .filter(({ name }) => !name.startsWith('kube-api-access-'))
      .map((volume) => ({ name: volume.name, source: describeVolume(volume) })),
    nodeSelector: spec.nodeSelector,
    tolerations: spec.tolerations.map(describeToleration),
    events,
    gaps,
  };
}
