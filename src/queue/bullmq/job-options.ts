import { digest } from '../../lib/digest.ts';
import type { AddOptions } from '../queue.ts';

const DAY_S = 24 * 60 * 60;

/** How BullMQ keeps every job that we add. */
export const JOB_OPTIONS = {
  backoff: { type: 'capped' },
  // While a job is kept, a second one with its id is ignored.
  removeOnComplete: { age: DAY_S, count: 10_000 },
  // The dead letters.
  removeOnFail: false,
  stackTraceLimit: 3,
};

/** A canary leaves nothing behind, and a second one does not pile up on one that nobody took. */
export const CANARY_OPTIONS = {
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: true,
  deduplication: { id: 'canary' },
};

/** BullMQ refuses ids with a colon and ids of digits only. */
export function hashedId(id: string): string {
  return `id-${digest([id])}`;
}

/** In BullMQ's words. */
export function toJobOptions({ id, collapse, delayMs }: AddOptions) {
  return {
    ...(id !== undefined && { jobId: hashedId(id) }),
    ...(collapse !== undefined && {
      deduplication: { id: digest([collapse]), keepLastIfActive: true },
    }),
    ...(delayMs !== undefined && { delay: delayMs }),
  };
}
