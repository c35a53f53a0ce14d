import { z } from 'zod';
import type { TimeWindow } from '../../alert/window.ts';

/** Something that was done to a system: by a person, a pipeline, or a controller that decides. */
export const Change = z.object({
  /** RFC 3339. */
  at: z.string(),
  /** The name of its {@link ChangeSource}. */
  source: z.string(),
  /** One word, such as `rollout`, `scale`, `config`, `create`. */
  kind: z.string(),
  /** `Deployment/checkout`. */
  object: z.string(),
  /** Null for what has none. */
  namespace: z.string().nullable(),
  /** What was done, and by whom where that is known: one line, without the object. */
  summary: z.string(),
  /** What exactly, one line each. */
  details: z.array(z.string()),
});
export type Change = z.infer<typeof Change>;

export interface ChangeQuery {
  window: TimeWindow;
  /** Null asks about all that the source may read. */
  namespaces: readonly string[] | null;
}

/** One system that remembers what was changed: the cluster, a deployment pipeline, a feature flag service. */
export interface ChangeSource {
  readonly name: string;
  /**
   * The changes within the window, in any order, and in words what could not be read.
   *
   * @throws ToolError when nothing could be read.
   */
  changes(query: ChangeQuery, signal: AbortSignal): Promise<{ changes: Change[]; gaps: string[] }>;
}
