import { z } from 'zod';
import { Metadata } from '../objects/metadata.ts';
import { diffTemplates, FieldChange, RawTemplate } from './template-diff.ts';

const count = z.number().default(0);

/** Who wrote what of it, by which times are known that it does not tell otherwise. */
const Written = Metadata.extend({
  managedFields: z
    .array(z.object({ time: z.string().nullish(), subresource: z.string().default('') }))
    .default([]),
});

/** A ReplicaSet as a revision of its Deployment. */
export const ReplicaSetRevision = z
  .object({
    metadata: Written,
    spec: z.object({ replicas: z.number().default(1), template: RawTemplate }),
    status: z.object({ readyReplicas: count }).prefault({}),
  })
  .transform(({ metadata, spec, status }): Revision => {
    const { annotations } = metadata;
    const history = annotations['deployment.kubernetes.io/revision-history'] ?? '';
    return {
      metadata,
      number: Number(annotations['deployment.kubernetes.io/revision'] ?? 0),
      earlierNumbers: history
        .split(',')
        .map(Number)
        .filter((number) => number > 0),
      template: spec.template,
      replicas: { wanted: spec.replicas, ready: status.readyReplicas },
      writtenAt: lastWrite(metadata),
    };
  });

const NO_TEMPLATE = { spec: { template: { metadata: { labels: {}, annotations: {} }, spec: {} } } };

/** A ControllerRevision as a revision of its StatefulSet or DaemonSet. */
export const ControllerRevisionRevision = z
  .object({
    metadata: Metadata,
    revision: z.number(),
    // Other controllers keep what they like in theirs; no StatefulSet or DaemonSet owns those.
    data: z.object({ spec: z.object({ template: RawTemplate }) }).catch(NO_TEMPLATE),
  })
  .transform(
    ({ metadata, revision, data }): Revision => ({
      metadata,
      number: revision,
      earlierNumbers: [],
      template: data.spec.template,
      replicas: null,
      writtenAt: null,
    }),
  );

export interface Revision {
  /** Of the ReplicaSet or ControllerRevision that keeps it. */
  metadata: Metadata;
  number: number;
  /** What a Deployment's ReplicaSet was before: one that is rolled back to takes a new number. */
  earlierNumbers: number[];
  template: RawTemplate;
  /** Now; null where the object that keeps it does not count them. */
  replicas: { wanted: number; ready: number } | null;
  /** When its ReplicaSet was last given another size or number. */
  writtenAt: string | null;
}

function lastWrite({ managedFields }: z.infer<typeof Written>): string | null {
  const times = managedFields.flatMap(({ time, subresource }) =>
    time && subresource !== 'status' ? [time] : [],
  );
  return times.sort().at(-1) ?? null;
}

export const RevisionSummary = z.object({
  revision: z.number(),
  /** The ReplicaSet or ControllerRevision. */
  name: z.string(),
  /** When that was made: at a rollback it is older than its number says. */
  madeAt: z.string().nullable(),
  /** The numbers that it had before it was rolled back to. */
  earlierRevisions: z.array(z.number()),
  wanted: z.number().nullable(),
  ready: z.number().nullable(),
  images: z.array(z.string()),
  changeCause: z.string().nullable(),
  /** The revision before it that is kept still; null for the oldest one. */
  comparedWith: z.number().nullable(),
  changes: z.array(FieldChange),
});
export type RevisionSummary = z.infer<typeof RevisionSummary>;

/** Newest first, each compared with the one before it. */
export function summariseRevisions(revisions: readonly Revision[]): RevisionSummary[] {
  const newestFirst = revisions.toSorted((a, b) => b.number - a.number);
  return newestFirst.map((revision, index) => {
    const { metadata, replicas, template } = revision;
    const before = newestFirst[index + 1];
    return {
      revision: revision.number,
      name: metadata.name,
      madeAt: metadata.creationTimestamp ?? null,
      earlierRevisions: revision.earlierNumbers,
      wanted: replicas?.wanted ?? null,
      ready: replicas?.ready ?? null,
      images: imagesOf(template),
      changeCause: metadata.annotations['kubernetes.io/change-cause'] ?? null,
      comparedWith: before?.number ?? null,
      changes: before ? diffTemplates(before.template, template) : [],
    };
  });
}

const Images = z.object({ containers: z.array(z.object({ image: z.string().default('') })) });

function imagesOf({ spec }: RawTemplate): string[] {
  const parsed = Images.safeParse(spec);
  return parsed.success ? parsed.data.containers.map(({ image }) => image) : [];
}
