import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import { ConditionDetail, detailCondition } from '../condition-detail.ts';
import {
  ContainerDetail,
  describeToleration,
  describeVolumes,
  detailContainer,
} from '../container-detail.ts';
import { EventSummary } from '../object-events.ts';
import type { Pod } from '../objects/pod.ts';
import { PodSummary, summarisePod } from '../pod-status.ts';
import { ReferencedConfigMap } from './config-maps.ts';
import { Owner } from './owners.ts';

export const PodDescription = PodSummary.extend({
  createdAt: z.string().nullable(),
  /** Set while it is being deleted: when its grace period ends. */
  deletionAt: z.string().nullable(),
  message: z.string(),
  serviceAccount: z.string(),
  qosClass: z.string(),
  /** Of the owner that the pod itself names: a Deployment's pod names its ReplicaSet. */
  controlledBy: z.string().nullable(),
  /** The chain of owners, nearest first. */
  owners: z.array(Owner),
  /** What keeps it from starting, as far as its ConfigMaps do. */
  problems: z.array(z.string()),
  configMaps: z.array(ReferencedConfigMap),
  labels: z.record(z.string(), z.string()),
  /** When `kubectl rollout restart` last made such pods anew. */
  restartedAt: z.string().nullable(),
  containers: z.array(ContainerDetail),
  conditions: z.array(ConditionDetail),
  volumes: z.array(z.object({ name: z.string(), source: z.string() })),
  nodeSelector: z.record(z.string(), z.string()),
  tolerations: z.array(z.string()),
  /** Oldest first. */
  events: z.array(EventSummary),
  /** What could not be read, or was left out, in words. */
  gaps: z.array(z.string()),
});
export type PodDescription = z.infer<typeof PodDescription>;

/** What other objects say of one. */
export type Surroundings = Pick<
  PodDescription,
  'owners' | 'problems' | 'configMaps' | 'events' | 'gaps'
>;

/** All that is told of a pod. */
export function describe(pod: Pod, window: TimeWindow, surroundings: Surroundings): PodDescription {
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
    conditions: status.conditions.map(detailCondition),
    volumes: describeVolumes(spec.volumes),
    nodeSelector: spec.nodeSelector,
    tolerations: spec.tolerations.map(describeToleration),
    ...surroundings,
    owners: withGuess(surroundings.owners, summary.owner),
  };
}

/** Where the chain cannot be read to its end, the pod's own labels still tell of a Deployment. */
function withGuess(owners: Owner[], guess: PodSummary['owner']): Owner[] {
  const read = owners.every(({ exists }) => exists === true);
  const known = owners.some(({ kind, name }) => kind === guess?.kind && name === guess.name);
  return guess === null || read || known ? owners : [...owners, { ...guess, exists: null }];
}
