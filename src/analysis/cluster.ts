import type { z } from 'zod';
import type { Evidence } from '../evidence/evidence.ts';
import type { EventGroup } from '../tools/kubernetes/events/fold-events.ts';
import { ServiceAccount } from '../tools/kubernetes/objects/config.ts';
import type { Condition, Metadata } from '../tools/kubernetes/objects/metadata.ts';
import {
  EndpointSlice,
  Ingress,
  NetworkPolicy,
  Service,
} from '../tools/kubernetes/objects/network.ts';
import { Node } from '../tools/kubernetes/objects/node.ts';
import { Pod, type PodTemplate } from '../tools/kubernetes/objects/pod.ts';
import { LimitRange, ResourceQuota } from '../tools/kubernetes/objects/quota.ts';
import type { LabelSelector } from '../tools/kubernetes/objects/selector.ts';
import {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
} from '../tools/kubernetes/objects/storage.ts';
import {
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  ReplicaSet,
  StatefulSet,
} from '../tools/kubernetes/objects/workload.ts';
import { Snapshot, type SnapshotResource } from '../tools/kubernetes/snapshot/contents.ts';
import { NamedKeys } from './named-keys.ts';
import { type ObjectRef, refOf } from './object-ref.ts';

/** What makes pods, whatever its kind. */
export interface Workload {
  ref: ObjectRef;
  metadata: Metadata;
  /** Pods that it should have; of a CronJob 0. */
  wanted: number;
  ready: number;
  selector: LabelSelector | null;
  template: PodTemplate;
  conditions: readonly Condition[];
}

/** An event, with the evidence that holds it. */
export interface ClusterEvent extends EventGroup {
  evidence: string;
}

/**
 * The namespaces that were read, and the cluster around them. An absent object proves nothing when its kind is among
 * `unread`.
 */
export interface Cluster {
  /** Of the snapshots, the evidence each stands in, by namespace. */
  snapshots: ReadonlyMap<string, string>;
  pods: readonly Pod[];
  workloads: readonly Workload[];
  replicaSets: readonly ReplicaSet[];
  jobs: readonly Job[];
  cronJobs: readonly CronJob[];
  autoscalers: readonly HorizontalPodAutoscaler[];
  services: readonly Service[];
  endpointSlices: readonly EndpointSlice[];
  ingresses: readonly Ingress[];
  networkPolicies: readonly NetworkPolicy[];
  configMaps: readonly NamedKeys[];
  claims: readonly PersistentVolumeClaim[];
  volumes: readonly PersistentVolume[];
  storageClasses: readonly StorageClass[];
  serviceAccounts: readonly ServiceAccount[];
  quotas: readonly ResourceQuota[];
  limitRanges: readonly LimitRange[];
  nodes: readonly Node[];
  /** Within the window, warnings first, then the newest first. */
  events: readonly ClusterEvent[];
  /** Plurals that could not be read to the end, in any namespace. */
  unread: ReadonlySet<string>;
}

/** Of the outputs of kubectl_snapshot; several namespaces make one cluster. */
export function clusterOf(evidence: readonly Evidence[]): Cluster {
  const snapshots = evidence
    .filter(({ tool, isError }) => tool === 'kubectl_snapshot' && !isError)
    .flatMap(({ id, structured }) => {
      const parsed = Snapshot.safeParse(structured);
      return parsed.success ? [{ id, ...parsed.data }] : [];
    });
  const read = <T extends { metadata: Metadata }>(
    resource: SnapshotResource,
    schema: z.ZodType<T>,
  ): T[] => {
    const all = snapshots.flatMap(({ objects }) =>
      (objects[resource] ?? []).flatMap((object) => {
        const parsed = schema.safeParse(object);
        return parsed.success ? [parsed.data] : [];
      }),
    );
    // What has no namespace is in each snapshot.
    return [
      ...new Map(all.map((it) => [`${it.metadata.namespace}/${it.metadata.name}`, it])).values(),
    ];
  };
  const deployments = read('deployments', Deployment);
  const statefulSets = read('statefulsets', StatefulSet);
  const daemonSets = read('daemonsets', DaemonSet);
  const jobs = read('jobs', Job);
  const cronJobs = read('cronjobs', CronJob);
  return {
    snapshots: new Map(snapshots.map(({ id, namespace }) => [namespace, id])),
    pods: read('pods', Pod),
    workloads: [
      ...deployments.map((it) => replicated('Deployment', it)),
      ...statefulSets.map((it) => replicated('StatefulSet', it)),
      ...daemonSets.map(ofDaemonSet),
      ...jobs.map(ofJob),
      ...cronJobs.map(ofCronJob),
    ],
    replicaSets: read('replicasets', ReplicaSet),
    jobs,
    cronJobs,
    autoscalers: read('horizontalpodautoscalers', HorizontalPodAutoscaler),
    services: read('services', Service),
    endpointSlices: read('endpointslices', EndpointSlice),
    ingresses: read('ingresses', Ingress),
    networkPolicies: read('networkpolicies', NetworkPolicy),
    configMaps: read('configmaps', NamedKeys),
    claims: read('persistentvolumeclaims', PersistentVolumeClaim),
    volumes: read('persistentvolumes', PersistentVolume),
    storageClasses: read('storageclasses', StorageClass),
    serviceAccounts: read('serviceaccounts', ServiceAccount),
    quotas: read('resourcequotas', ResourceQuota),
    limitRanges: read('limitranges', LimitRange),
    nodes: read('nodes', Node),
    events: snapshots.flatMap(({ id, events }) =>
      events.map((event) => ({ ...event, evidence: id })),
    ),
    unread: new Set(snapshots.flatMap(({ unread }) => unread)),
  };
}

function replicated(
  kind: 'Deployment' | 'StatefulSet',
  object: Deployment | StatefulSet,
): Workload {
  const { metadata, spec, status } = object;
  return {
    ref: refOf(kind, metadata),
    metadata,
    wanted: spec.replicas,
    ready: status.readyReplicas,
    selector: spec.selector,
    template: spec.template,
    conditions: status.conditions,
  };
}

function ofDaemonSet({ metadata, spec, status }: DaemonSet): Workload {
  return {
    ref: refOf('DaemonSet', metadata),
    metadata,
    wanted: status.desiredNumberScheduled,
    ready: status.numberReady,
    selector: spec.selector,
    template: spec.template,
    conditions: status.conditions,
  };
}

function ofJob({ metadata, spec, status }: Job): Workload {
  return {
    ref: refOf('Job', metadata),
    metadata,
    wanted: spec.completions ?? spec.parallelism,
    ready: status.succeeded,
    selector: spec.selector ?? null,
    template: spec.template,
    conditions: status.conditions,
  };
}

function ofCronJob({ metadata, spec }: CronJob): Workload {
  return {
    ref: refOf('CronJob', metadata),
    metadata,
    wanted: 0,
    ready: 0,
    selector: null,
    template: spec.jobTemplate.spec.template,
    conditions: [],
  };
}
