import { digest } from '../../src/lib/digest.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { KubernetesObject } from '../fakes/kubernetes.ts';

/**
 * Kubernetes objects with the fields that an API server would fill in by itself: uids, owner references,
 * defaults of probes, projected tokens. Ids follow from names, so that they never change.
 */
interface ContainerTemplate {
  name: string;
  image: string;
  env?: JsonObject[];
  args?: string[];
  port?: number;
  /** The path of readiness and liveness probe on `port`; none when left out. */
  probes?: { readiness: string; liveness: string };
  requests: JsonObject;
  limits: JsonObject;
  imagePullPolicy?: 'Always' | 'IfNotPresent';
}

export interface PodTemplate {
  namespace: string;
  labels: Record<string, string>;
  containers: ContainerTemplate[];
  restartPolicy?: 'Always' | 'OnFailure' | 'Never';
}

export interface Owner {
  apiVersion: string;
  kind: string;
  name: string;
}

export const replicaSetOwner = (name: string): Owner => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name,
});

export function uidOf(kind: string, namespace: string, name: string): string {
  const hex = digest([kind, namespace, name], 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A digest as the registry gives it to the image. */
export function imageIdOf(image: string): string {
  return `${image.slice(0, image.lastIndexOf(':'))}@sha256:${digest(['image', image])}`;
}

export function metadataOf(
  kind: string,
  at: { namespace: string; name: string; createdAt: string; labels?: Record<string, string> },
  owner: Owner | null,
): KubernetesObject['metadata'] {
  const { namespace, name, createdAt, labels } = at;
  return {
    name,
    namespace,
    uid: uidOf(kind, namespace, name),
    resourceVersion: String(Number.parseInt(digest(['version', kind, name], 7), 16)),
    creationTimestamp: createdAt,
    ...(labels ? { labels } : {}),
    ...(owner ? { ownerReferences: [ownerReference(owner, namespace)] } : {}),
  };
}

function ownerReference({ apiVersion, kind, name }: Owner, namespace: string): JsonObject {
  const uid = uidOf(kind, namespace, name);
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The `spec` of a pod or of a pod template; `nodeName` only once it is scheduled. */
export function podSpecOf(template: PodTemplate, volume: string | null): JsonObject {
  const mounts: JsonObject[] =
    volume === null
      ? []
      : [
          {
            name: volume,
            readOnly: true,
            mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
          },
        ];
  return {
    containers: template.containers.map((container) => containerOf(container, mounts)),
    restartPolicy: template.restartPolicy ?? 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: 'default',
    serviceAccount: 'default',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    schedulerName: 'default-scheduler',
    enableServiceLinks: true,
    ...(volume === null ? {} : { volumes: [tokenVolume(volume)], tolerations: TOLERATIONS }),
  };
}

const TOLERATIONS: JsonObject[] = ['not-ready', 'unreachable'].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

function tokenVolume(name: string): JsonObject {
  return {
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      ],
    },
  };
}

function containerOf(container: ContainerTemplate, volumeMounts: JsonObject[]): JsonObject {
  const { name, image, env, args, port, probes, requests, limits } = container;
  return {
    name,
    image,
    ...(args ? { args } : {}),
    ...(port === undefined
      ? {}
      : { ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }] }),
    env: env ?? [],
    resources: { requests, limits },
    ...(probes && port !== undefined
      ? {
          readinessProbe: { ...httpProbe(probes.readiness, port), periodSeconds: 10 },
          livenessProbe: { ...httpProbe(probes.liveness, port), periodSeconds: 20 },
        }
      : {}),
    volumeMounts,
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: container.imagePullPolicy ?? 'IfNotPresent',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
}

function httpProbe(path: string, port: number): JsonObject {
  return {
    httpGet: { path, port, scheme: 'HTTP' },
    timeoutSeconds: 2,
    successThreshold: 1,
    failureThreshold: 3,
  };
}

interface Rollout {
  name: string;
  template: PodTemplate;
  createdAt: string;
  revision: number;
  replicas: number;
  ready: number;
}

/** A ReplicaSet of a Deployment. The template's labels must hold its `pod-template-hash`. */
export function replicaSet(
  rollout: Rollout & { deployment: string; desired: number },
): KubernetesObject {
  const { name, template, createdAt, revision, replicas, ready, deployment, desired } = rollout;
  const { namespace, labels } = template;
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...metadataOf('ReplicaSet', { namespace, name, createdAt, labels }, owner),
      annotations: {
        'deployment.kubernetes.io/desired-replicas': String(desired),
        'deployment.kubernetes.io/revision': String(revision),
      },
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpecOf(template, null) },
    },
    status: {
      replicas,
      fullyLabeledReplicas: replicas,
      readyReplicas: ready,
      availableReplicas: ready,
      observedGeneration: 2,
    },
  };
}

/** A Deployment with a rolling update of 25 % each way; `template` is the one it rolls out. */
export function deployment(
  rollout: Rollout & { total: number; updated: number; conditions: JsonObject[] },
): KubernetesObject {
  const { name, template, createdAt, revision, replicas, ready, total, updated } = rollout;
  const { 'pod-template-hash': _hash, ...labels } = template.labels;
  const { namespace } = template;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      ...metadataOf('Deployment', { namespace, name, createdAt, labels }, null),
      generation: revision + 1,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
      },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      template: { metadata: { labels }, spec: podSpecOf(template, null) },
    },
    status: {
      observedGeneration: revision + 1,
      replicas: total,
      updatedReplicas: updated,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: total - ready,
      conditions: rollout.conditions,
    },
  };
}
