import { z } from 'zod';
import { Condition, Metadata, Named, Quantities } from './metadata.ts';
import { Affinity, SpreadConstraint } from './selector.ts';

const Terminated = z.object({
  exitCode: z.number(),
  signal: z.number().optional(),
  reason: z.string().default(''),
  message: z.string().default(''),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
});
export type Terminated = z.infer<typeof Terminated>;

const ContainerState = z.object({
  waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
  running: z.object({ startedAt: z.string().nullish() }).optional(),
  terminated: Terminated.optional(),
});
export type ContainerState = z.infer<typeof ContainerState>;

const ContainerStatus = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  started: z.boolean().nullish(),
  restartCount: z.number().default(0),
  imageID: z.string().default(''),
  state: ContainerState.default({}),
  lastState: ContainerState.default({}),
});
export type ContainerStatus = z.infer<typeof ContainerStatus>;

/** Without an optional object, or key of one, a container starts all the same. */
const OptionalNamed = Named.extend({ optional: z.boolean().default(false) });
const KeyRef = OptionalNamed.extend({ key: z.string() });
/** All keys become files, or those of `items`. */
const ConfigMapFiles = OptionalNamed.extend({
  items: z.array(z.object({ key: z.string() })).default([]),
});
const Port = z.union([z.number(), z.string()]);

const Probe = z.object({
  httpGet: z
    .object({ path: z.string().default('/'), port: Port, scheme: z.string().default('HTTP') })
    .optional(),
  tcpSocket: z.object({ port: Port }).optional(),
  grpc: z.object({ port: Port }).optional(),
  exec: z.object({ command: z.array(z.string()).default([]) }).optional(),
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  failureThreshold: z.number().default(3),
});
export type Probe = z.infer<typeof Probe>;

export const EnvVar = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .object({
      secretKeyRef: KeyRef.optional(),
      configMapKeyRef: KeyRef.optional(),
      fieldRef: z.object({ fieldPath: z.string() }).optional(),
      resourceFieldRef: z.object({ resource: z.string() }).optional(),
    })
    .optional(),
});
export type EnvVar = z.infer<typeof EnvVar>;

const EnvSource = z.object({
  configMapRef: OptionalNamed.optional(),
  secretRef: Named.optional(),
  prefix: z.string().optional(),
});
export type EnvSource = z.infer<typeof EnvSource>;

/** Of a container, or of all of a pod: the container's wins. */
const SecurityContext = z.object({
  runAsUser: z.number().nullish(),
  runAsGroup: z.number().nullish(),
  fsGroup: z.number().nullish(),
  runAsNonRoot: z.boolean().nullish(),
  readOnlyRootFilesystem: z.boolean().nullish(),
  privileged: z.boolean().nullish(),
});
export type SecurityContext = z.infer<typeof SecurityContext>;

export const Container = z.object({
  name: z.string(),
  image: z.string().default(''),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  ports: z
    .array(
      z.object({
        containerPort: z.number(),
        protocol: z.string().default('TCP'),
        name: z.string().optional(),
      }),
    )
    .default([]),
  resources: z
    .object({ requests: Quantities, limits: Quantities })
    .default({ requests: {}, limits: {} }),
  livenessProbe: Probe.optional(),
  readinessProbe: Probe.optional(),
  startupProbe: Probe.optional(),
  env: z.array(EnvVar).default([]),
  envFrom: z.array(EnvSource).default([]),
  volumeMounts: z
    .array(
      z.object({
        name: z.string(),
        mountPath: z.string(),
        subPath: z.string().optional(),
        readOnly: z.boolean().optional(),
      }),
    )
    .default([]),
  /** `Always` on an init container makes it a sidecar that runs beside the others. */
  restartPolicy: z.string().optional(),
  imagePullPolicy: z.string().default(''),
  securityContext: SecurityContext.nullish(),
});
export type Container = z.infer<typeof Container>;

const Toleration = z.object({
  key: z.string().optional(),
  operator: z.string().optional(),
  value: z.string().optional(),
  effect: z.string().optional(),
  tolerationSeconds: z.number().optional(),
});
export type Toleration = z.infer<typeof Toleration>;

const ProjectedSource = z.object({
  secret: Named.optional(),
  configMap: ConfigMapFiles.optional(),
  serviceAccountToken: z.object({ path: z.string() }).optional(),
});

/** Loose: a volume names its source by the key that it has, and drivers bring their own. */
const Volume = z.looseObject({
  name: z.string(),
  secret: z.object({ secretName: z.string().default('') }).optional(),
  configMap: ConfigMapFiles.optional(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
  emptyDir: z
    .object({ medium: z.string().optional(), sizeLimit: z.string().optional() })
    .optional(),
  hostPath: z.object({ path: z.string() }).optional(),
  projected: z.object({ sources: z.array(ProjectedSource).default([]) }).optional(),
});
export type Volume = z.infer<typeof Volume>;

export const PodSpec = z.object({
  nodeName: z.string().default(''),
  serviceAccountName: z.string().default(''),
  priorityClassName: z.string().default(''),
  restartPolicy: z.string().default('Always'),
  nodeSelector: z.record(z.string(), z.string()).default({}),
  tolerations: z.array(Toleration).default([]),
  affinity: Affinity.nullish(),
  topologySpreadConstraints: z.array(SpreadConstraint).default([]),
  schedulerName: z.string().default(''),
  imagePullSecrets: z.array(Named).default([]),
  securityContext: SecurityContext.nullish(),
  hostNetwork: z.boolean().default(false),
  dnsPolicy: z.string().default(''),
  dnsConfig: z
    .object({
      nameservers: z.array(z.string()).default([]),
      searches: z.array(z.string()).default([]),
      options: z
        .array(z.object({ name: z.string().default(''), value: z.string().nullish() }))
        .default([]),
    })
    .nullish(),
  /** Lines of its hosts file, which come before any DNS. */
  hostAliases: z
    .array(z.object({ ip: z.string().default(''), hostnames: z.array(z.string()).default([]) }))
    .default([]),
  initContainers: z.array(Container).default([]),
  containers: z.array(Container).default([]),
  volumes: z.array(Volume).default([]),
});
export type PodSpec = z.infer<typeof PodSpec>;

/** What a workload makes its pods from. */
export const PodTemplate = z.object({
  metadata: z
    .object({
      labels: z.record(z.string(), z.string()).default({}),
      annotations: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
  spec: PodSpec,
});
export type PodTemplate = z.infer<typeof PodTemplate>;

export const Pod = z.object({
  metadata: Metadata,
  spec: PodSpec,
  status: z
    .object({
      phase: z.string().default('Unknown'),
      reason: z.string().default(''),
      message: z.string().default(''),
      podIP: z.string().default(''),
      qosClass: z.string().default(''),
      startTime: z.string().nullish(),
      conditions: z.array(Condition).default([]),
      initContainerStatuses: z.array(ContainerStatus).default([]),
      containerStatuses: z.array(ContainerStatus).default([]),
    })
    .prefault({}),
});
export type Pod = z.infer<typeof Pod>;
