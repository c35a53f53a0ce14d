import { z } from 'zod';

/** Unix seconds and the value as Prometheus writes it: a number, `NaN`, `+Inf` or `-Inf`. */
export const Sample = z.tuple([z.number(), z.string()]);
export type Sample = z.infer<typeof Sample>;

export const Labels = z.record(z.string(), z.string());
export type Labels = z.infer<typeof Labels>;

export const Series = z.object({
  metric: Labels,
  /** Absent in a series of native histograms, which have no single value. */
  values: z.array(Sample).default([]),
});
export type Series = z.infer<typeof Series>;

const InstantSample = z.object({
  metric: Labels,
  /** Absent where the value is a native histogram. */
  value: Sample.optional(),
});

const Notes = { warnings: z.array(z.string()).default([]), infos: z.array(z.string()).default([]) };

export const MatrixAnswer = z.object({ data: z.object({ result: z.array(Series) }), ...Notes });

export const InstantAnswer = z.object({
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('vector'), result: z.array(InstantSample) }),
    z.object({ resultType: z.literal('matrix'), result: z.array(Series) }),
    z.object({ resultType: z.literal('scalar'), result: Sample }),
    z.object({ resultType: z.literal('string'), result: Sample }),
  ]),
  ...Notes,
});
export type InstantData = z.infer<typeof InstantAnswer>['data'];

export const SeriesAnswer = z.object({ data: z.array(Labels), ...Notes });
export const NamesAnswer = z.object({ data: z.array(z.string()), ...Notes });

/** What the targets say of a metric; they may disagree, so there can be several. */
const Metadata = z.object({
  type: z.string(),
  help: z.string().default(''),
  unit: z.string().default(''),
});
export const MetadataAnswer = z.object({ data: z.record(z.string(), z.array(Metadata)) });
export type MetadataByMetric = z.infer<typeof MetadataAnswer>['data'];

const ActiveAlert = z.object({
  labels: Labels,
  annotations: Labels.default({}),
  state: z.enum(['pending', 'firing', 'inactive']),
  activeAt: z.string().nullish(),
  value: z.string().default(''),
});
export type ActiveAlert = z.infer<typeof ActiveAlert>;

const Rule = z.object({
  name: z.string(),
  query: z.string(),
  labels: Labels.default({}),
  /** `ok`, `err`, or `unknown` before the first evaluation. */
  health: z.string().default('unknown'),
  lastError: z.string().default(''),
});
const AlertingRule = Rule.extend({
  type: z.literal('alerting'),
  state: z.enum(['inactive', 'pending', 'firing', 'unknown']).default('unknown'),
  /** Seconds of the rule's `for`. */
  duration: z.number().default(0),
  alerts: z.array(ActiveAlert).default([]),
});
const RecordingRule = Rule.extend({ type: z.literal('recording') });
const AnyRule = z.discriminatedUnion('type', [AlertingRule, RecordingRule]);
export type AlertingRule = z.infer<typeof AlertingRule>;

const RuleGroup = z.object({ name: z.string(), rules: z.array(AnyRule) });
export const RulesAnswer = z.object({ data: z.object({ groups: z.array(RuleGroup) }) });
export type RuleInGroup = z.infer<typeof AnyRule> & { group: string };

/** Of a target's many fields only those that hold no address of their own; `discoveredLabels` is left out. */
const Target = z.object({
  labels: Labels,
  health: z.string(),
  lastError: z.string().default(''),
});
export type Target = z.infer<typeof Target>;
export const TargetsAnswer = z.object({ data: z.object({ activeTargets: z.array(Target) }) });
