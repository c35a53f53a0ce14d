import { z } from 'zod';
import { Labels } from './metadata.ts';

/** An absent selector and an empty one differ: the kinds that have one say what each means. */
export const LabelSelector = z.object({
  matchLabels: Labels,
  matchExpressions: z
    .array(
      z.object({
        key: z.string(),
        /** In, NotIn, Exists, DoesNotExist. */
        operator: z.string(),
        values: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});
export type LabelSelector = z.infer<typeof LabelSelector>;

const NodeSelectorTerm = z.object({
  matchExpressions: LabelSelector.shape.matchExpressions,
  matchFields: LabelSelector.shape.matchExpressions,
});
export type NodeSelectorTerm = z.infer<typeof NodeSelectorTerm>;

/** Nodes that any one of the terms matches. */
export const NodeSelector = z.object({ nodeSelectorTerms: z.array(NodeSelectorTerm).default([]) });

const PodAffinityTerm = z.object({
  /** Absent, it matches no pod. */
  labelSelector: LabelSelector.nullish(),
  topologyKey: z.string().default(''),
  namespaces: z.array(z.string()).default([]),
});

const PodAffinity = z.object({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(PodAffinityTerm).default([]),
});

/** What has to hold; what is only preferred keeps no pod from a node. */
export const Affinity = z.object({
  nodeAffinity: z
    .object({ requiredDuringSchedulingIgnoredDuringExecution: NodeSelector.nullish() })
    .nullish(),
  podAffinity: PodAffinity.nullish(),
  podAntiAffinity: PodAffinity.nullish(),
});
export type Affinity = z.infer<typeof Affinity>;

export const SpreadConstraint = z.object({
  maxSkew: z.number().default(1),
  topologyKey: z.string().default(''),
  /** DoNotSchedule keeps a pod from a node, ScheduleAnyway does not. */
  whenUnsatisfiable: z.string().default('DoNotSchedule'),
  labelSelector: LabelSelector.nullish(),
});
export type SpreadConstraint = z.infer<typeof SpreadConstraint>;
