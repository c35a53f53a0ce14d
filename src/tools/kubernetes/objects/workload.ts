import { z } from 'zod';
import { Condition, Metadata, Named } from './metadata.ts';
import { PodTemplate } from './pod.ts';
import { LabelSelector } from './selector.ts';

/** `generation` goes up with every change of the spec; a controller says in its status which one it has seen. */
const Generated = Metadata.extend({ generation: z.number().default(0) });
const observedGeneration = z.number().default(0);
const count = z.number().default(0);
const conditions = z.array(Condition).default([]);

export const Deployment = z.object({
  metadata: Generated,
  spec: z.object({
    replicas: z.number().default(1),
    selector: LabelSelector,
    template: PodTemplate,
    strategy: z.object({ type: z.string().default('RollingUpdate') }).prefault({}),
    paused: z.boolean().default(false),
  }),
  status: z
    .object({
      observedGeneration,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
      unavailableReplicas: count,
      conditions,
    })
    .prefault({}),
});
export type Deployment = z.infer<typeof Deployment>;

export const ReplicaSet = z.object({
  metadata: Generated,
  spec: z.object({
    replicas: z.number().default(1),
    selector: LabelSelector,
    template: PodTemplate,
  }),
  status: z
    .object({ replicas: count, readyReplicas: count, availableReplicas: count, conditions })
    .prefault({}),
});
export type ReplicaSet = z.infer<typeof ReplicaSet>;

const UpdateStrategy = z
  .object({
    /** RollingUpdate, or OnDelete, which changes no pod by itself. */
    type: z.string().default('RollingUpdate'),
    rollingUpdate: z.object({ partition: z.number().default(0) }).optional(),
  })
  .prefault({});

export const StatefulSet = z.object({
  metadata: Generated,
  spec: z.object({
    replicas: z.number().default(1),
    selector: LabelSelector,
    serviceName: z.string().default(''),
    template: PodTemplate,
    updateStrategy: UpdateStrategy,
    podManagementPolicy: z.string().default('OrderedReady'),
    /** Pod `search-0` gets the claim `data-search-0` of the template `data`. */
    volumeClaimTemplates: z.array(z.object({ metadata: Named })).default([]),
  }),
  status: z
    .object({
      observedGeneration,
      replicas: count,
      readyReplicas: count,
      availableReplicas: count,
      currentReplicas: count,
      updatedReplicas: count,
      /** Names of ControllerRevisions; the same when no update is under way. */
      currentRevision: z.string().default(''),
      updateRevision: z.string().default(''),
      conditions,
    })
    .prefault({}),
});
export type StatefulSet = z.infer<typeof StatefulSet>;

export const DaemonSet = z.object({
  metadata: Generated,
  spec: z.object({
    selector: LabelSelector,
    template: PodTemplate,
    updateStrategy: UpdateStrategy,
  }),
  status: z
    .object({
      observedGeneration,
      desiredNumberScheduled: count,
      currentNumberScheduled: count,
      updatedNumberScheduled: count,
      numberReady: count,
      numberAvailable: count,
      numberUnavailable: count,
      /** On nodes where it should not run. */
      numberMisscheduled: count,
      conditions,
    })
    .prefault({}),
});
export type DaemonSet = z.infer<typeof DaemonSet>;

/** One revision of a StatefulSet or DaemonSet. `data` is a patch of it that holds its whole pod template. */
export const ControllerRevision = z.object({
  metadata: Metadata,
  revision: z.number(),
  data: z.object({ spec: z.object({ template: PodTemplate }) }),
});
export type ControllerRevision = z.infer<typeof ControllerRevision>;

const JobSpec = z.object({
  /** Absent in a work queue, and each pod counts. */
  completions: z.number().nullish(),
  parallelism: z.number().default(1),
  backoffLimit: z.number().default(6),
  activeDeadlineSeconds: z.number().nullish(),
  suspend: z.boolean().default(false),
  selector: LabelSelector.optional(),
  template: PodTemplate,
});

export const Job = z.object({
  metadata: Generated,
  spec: JobSpec,
  status: z
    .object({
      active: count,
      succeeded: count,
      failed: count,
      startTime: z.string().nullish(),
      completionTime: z.string().nullish(),
      conditions,
    })
    .prefault({}),
});
export type Job = z.infer<typeof Job>;

export const CronJob = z.object({
  metadata: Generated,
  spec: z.object({
    schedule: z.string(),
    timeZone: z.string().nullish(),
    suspend: z.boolean().default(false),
    concurrencyPolicy: z.string().default('Allow'),
    jobTemplate: z.object({ spec: JobSpec }),
  }),
  status: z
    .object({
      active: z.array(Named).default([]),
      lastScheduleTime: z.string().nullish(),
      lastSuccessfulTime: z.string().nullish(),
    })
    .prefault({}),
});
export type CronJob = z.infer<typeof CronJob>;

/** What a metric is held against, or what it is now: one of the three. */
const MetricValue = z.object({
  /** Percent of the pods' requests. */
  averageUtilization: z.number().nullish(),
  averageValue: z.string().nullish(),
  value: z.string().nullish(),
});
export type MetricValue = z.infer<typeof MetricValue>;

/** What is measured; in the spec with a `target`, in the status with a `current`. */
const Measured = z.object({
  target: MetricValue.optional(),
  current: MetricValue.optional(),
});
const MeasuredResource = Measured.extend({ name: z.string() });
const MeasuredMetric = Measured.extend({ metric: z.object({ name: z.string() }) });

/** One metric of an autoscaler: the field that `type` names, in camel case, holds it. */
const MetricSource = z.object({
  type: z.string(),
  resource: MeasuredResource.optional(),
  containerResource: MeasuredResource.extend({ container: z.string() }).optional(),
  pods: MeasuredMetric.optional(),
  object: MeasuredMetric.optional(),
  external: MeasuredMetric.optional(),
});

export const HorizontalPodAutoscaler = z.object({
  metadata: Generated,
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().default(1),
    maxReplicas: z.number(),
    metrics: z.array(MetricSource).default([]),
  }),
  status: z
    .object({
      currentReplicas: count,
      desiredReplicas: count,
      lastScaleTime: z.string().nullish(),
      /** Null, not absent, until the first metric has been read. */
      currentMetrics: z.array(MetricSource).nullish(),
      conditions,
    })
    .prefault({}),
});
export type HorizontalPodAutoscaler = z.infer<typeof HorizontalPodAutoscaler>;

const IntOrPercent = z.union([z.number(), z.string()]);

export const PodDisruptionBudget = z.object({
  metadata: Generated,
  spec: z.object({
    /** Absent, it selects no pod; empty, every pod of the namespace. */
    selector: LabelSelector.nullish(),
    minAvailable: IntOrPercent.optional(),
    maxUnavailable: IntOrPercent.optional(),
  }),
  status: z
    .object({
      disruptionsAllowed: count,
      currentHealthy: count,
      desiredHealthy: count,
      expectedPods: count,
      conditions,
    })
    .prefault({}),
});
export type PodDisruptionBudget = z.infer<typeof PodDisruptionBudget>;
