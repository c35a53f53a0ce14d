import { z } from 'zod';
import { ToolError } from '../tool.ts';

const Labels = z.record(z.string(), z.string());
export type Labels = z.infer<typeof Labels>;

export const Stream = z.object({
  stream: Labels,
  /** Nanoseconds since 1970 as text; the line; what is known of it besides, when Loki tells that apart. */
  values: z.array(
    z
      .tuple([z.string().regex(/^\d{1,19}$/), z.string()], z.unknown())
      .transform(([ns, line, more]) => ({
        ns: BigInt(ns),
        line,
        metadata: Categorized.safeParse(more).data?.structuredMetadata ?? {},
      })),
  ),
});
export type Stream = z.infer<typeof Stream>;

/** @see https://github.com/grafana/loki/pull/10419 */
const Categorized = z.object({ structuredMetadata: Labels });

export const QueryAnswer = z.object({
  data: z.object({ resultType: z.string(), result: z.array(z.unknown()) }),
});

const Sample = z.tuple([z.number(), z.string()]);

/** One series of numbers over time. */
export const Series = z
  .object({ metric: Labels, values: z.array(Sample) })
  .transform(({ metric, values }) => ({
    labels: metric,
    /** Unix seconds of the end of each step, and the number. */
    samples: values.map(([second, value]): [number, number] => [second, Number(value)]),
  }));
export type Series = z.infer<typeof Series>;

export const VolumeAnswer = z.object({
  data: z.object({ result: z.array(z.object({ metric: Labels, value: Sample })) }),
});

/** What the index knows of a selector, without reading a line. All are estimates. */
export const IndexStats = z.object({
  streams: z.number(),
  chunks: z.number(),
  entries: z.number(),
  bytes: z.number(),
});
export type IndexStats = z.infer<typeof IndexStats>;

/** Names, or values; Loki leaves `data` out when there are none. */
export const NamesAnswer = z.object({ data: z.array(z.string()).default([]) });
export const SeriesAnswer = z.object({ data: z.array(Labels).default([]) });

/** @throws ToolError when what answered is something else than Loki. */
export function understand<T>(schema: z.ZodType<T>, body: string): T {
  return read(schema, parseJson(body));
}

/** As {@link understand}, for a part of an answer. */
export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ToolError(
    'What answered is not the Loki API: its URL should be the base under which /loki/api/v1 is found.',
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
