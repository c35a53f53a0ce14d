import type { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import { type Json, JsonObject } from '../../../lib/json.ts';
import { quoteArgument } from '../container-detail.ts';
import { ConfigMap, ServiceAccount } from '../objects/config.ts';
import type { Metadata } from '../objects/metadata.ts';
import { EndpointSlice, Ingress, NetworkPolicy, Service } from '../objects/network.ts';
import { Node } from '../objects/node.ts';
import { type Container, Pod, type PodSpec } from '../objects/pod.ts';
import { LimitRange, ResourceQuota } from '../objects/quota.ts';
import { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../objects/storage.ts';
import {
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  ReplicaSet,
  StatefulSet,
} from '../objects/workload.ts';
import { summarisePod } from '../pod-status.ts';
import { HIDDEN_VALUE, holdsSecret } from '../secret-variables.ts';
import type { SnapshotResource } from './contents.ts';

/** What a snapshot keeps of an object of the API; null when it is not worth keeping. */
export type Slim = (raw: unknown, window: TimeWindow) => JsonObject | null;

/** Annotations that say what was done; the others are for machines, and some hold whole manifests. */
const KEPT_ANNOTATIONS =
  /^(?:deployment\.kubernetes\.io\/revision|kubectl\.kubernetes\.io\/restartedAt|storageclass\.kubernetes\.io\/is-default-class|.*\/description|(?:.*\.)?(?:keda\.sh|knative\.dev)\/.*|downscaler\/.*|[^/]+\/[^/]*(?:backend-protocol|grpc|h2c|serversscheme)[^/]*)$/;

export const SLIM: Readonly<Record<SnapshotResource, Slim>> = {
  pods: slim(Pod, slimPod),
  deployments: slim(Deployment, withTemplate),
  replicasets: slim(ReplicaSet, slimReplicaSet),
  statefulsets: slim(StatefulSet, withTemplate),
  daemonsets: slim(DaemonSet, withTemplate),
  jobs: slim(Job, slimJob),
  cronjobs: slim(CronJob, (cronJob) => {
    const { spec } = cronJob.spec.jobTemplate;
    return { ...cronJob, spec: { ...cronJob.spec, jobTemplate: { spec: templated(spec) } } };
  }),
  horizontalpodautoscalers: slim(HorizontalPodAutoscaler),
  services: slim(Service),
  endpointslices: slim(EndpointSlice),
  ingresses: slim(Ingress),
  networkpolicies: slim(NetworkPolicy),
  configmaps: slim(ConfigMap, ({ metadata, data, binaryData }) => ({
    metadata,
    keys: [...Object.keys(data), ...Object.keys(binaryData)].sort(),
  })),
  persistentvolumeclaims: slim(PersistentVolumeClaim),
  serviceaccounts: slim(ServiceAccount),
  resourcequotas: slim(ResourceQuota),
  limitranges: slim(LimitRange),
  nodes: slim(Node),
  persistentvolumes: slim(PersistentVolume),
  storageclasses: slim(StorageClass),
};

function slim<T extends { metadata: Metadata }>(
  schema: z.ZodType<T>,
  keep: (object: T, window: TimeWindow) => { metadata: Metadata } | null = (object) => object,
): Slim {
  return (raw, window) => {
    const kept = keep(schema.parse(raw), window);
    if (kept === null) return null;
    return JsonObject.parse(compact({ ...kept, metadata: slimMetadata(kept.metadata) }));
  };
}

function slimMetadata({ uid: _uid, annotations, ownerReferences, ...rest }: Metadata) {
  return {
    ...rest,
    annotations: Object.fromEntries(
      Object.entries(annotations).filter(([name]) => KEPT_ANNOTATIONS.test(name)),
    ),
    ownerReferences: ownerReferences.map(({ kind, name, controller }) => ({
      kind,
      name,
      controller,
    })),
  };
}

/** Of a healthy pod with an owner the template says the rest. */
function slimPod(pod: Pod, window: TimeWindow) {
  const { healthy, owner } = summarisePod(pod, window);
  const conditions = pod.status.conditions.filter(({ status }) => status !== 'True');
  const status = { ...pod.status, conditions };
  if (!healthy || owner === null) return { ...pod, spec: slimSpec(pod.spec), status: pod.status };
  const { nodeName, serviceAccountName, containers } = pod.spec;
  const shortened = containers.map(({ name, image, ports }) => ({ name, image, ports }));
  return { ...pod, spec: { nodeName, serviceAccountName, containers: shortened }, status };
}

/** One that has no pods any more is history, which recent_changes and kubectl_rollout_history tell. */
function slimReplicaSet(replicaSet: ReplicaSet) {
  const { spec, status } = replicaSet;
  if (spec.replicas === 0 && status.replicas === 0) return null;
  const containers = spec.template.spec.containers.map(({ name, image }) => ({ name, image }));
  return { ...replicaSet, spec: { ...spec, template: { spec: { containers } } } };
}

function slimJob(job: Job) {
  const complete = job.status.conditions.some(
    ({ type, status }) => type === 'Complete' && status === 'True',
  );
  return complete ? null : withTemplate(job);
}

function withTemplate<T extends { spec: { template: { spec: PodSpec } } }>(object: T) {
  return { ...object, spec: templated(object.spec) };
}

function templated<S extends { template: { spec: PodSpec } }>(spec: S) {
  const { template } = spec;
  return { ...spec, template: { ...template, spec: slimSpec(template.spec) } };
}

function slimSpec(spec: PodSpec) {
  return {
    ...spec,
    initContainers: spec.initContainers.map(slimContainer),
    containers: spec.containers.map(slimContainer),
    volumes: spec.volumes.filter(({ name }) => !name.startsWith('kube-api-access-')),
  };
}

/** Arguments are one text, since a secret among them is known by what stands before it. */
function slimContainer(container: Container) {
  const command = [...container.command, ...container.args].map(quoteArgument).join(' ');
  return {
    ...container,
    command: command === '' ? [] : [command],
    args: [],
    env: container.env.map((variable) =>
      variable.value !== undefined && variable.value !== '' && holdsSecret(variable.name)
        ? { ...variable, value: HIDDEN_VALUE }
        : variable,
    ),
    volumeMounts: container.volumeMounts.filter(({ name }) => !name.startsWith('kube-api-access-')),
  };
}

/** What means something else when it is empty than when it is absent: an empty selector picks everything. */
const MEANT_EMPTY = new Set([
  'storageClassName',
  'podSelector',
  'namespaceSelector',
  'labelSelector',
  'emptyDir',
]);

/** Without what a schema puts back when it is read again. */
function compact(value: unknown): Json {
  if (Array.isArray(value)) return value.map(compact);
  if (typeof value !== 'object' || value === null) return scalar(value);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, Json] => [key, compact(inner)])
      .filter(([key, inner]) => !isEmpty(inner) || (inner !== null && MEANT_EMPTY.has(key))),
  );
}

function scalar(value: unknown): Json {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null;
}

function isEmpty(value: Json): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
