import { MendableError } from '../lib/mendable-error.ts';
import type { JobKind, JobPayload } from './jobs.ts';

export interface AddOptions {
  /** A second add with the same id is ignored while the first job is kept. Any string: it is hashed. */
  id?: string;
  /** Adds with the same key collapse into one waiting job; one that comes while it runs makes it run once more. */
  collapse?: string;
  delayMs?: number;
}

export interface JobContext {
  /** Aborts when the job's lock is lost or the worker must stop: what goes on then may run twice. */
  signal: AbortSignal;
  /** 1 for the first try. */
  attempt: number;
  /** No further try will follow a failure of this one. */
  last: boolean;
}

export type JobHandler<K extends JobKind> = (
  payload: JobPayload<K>,
  context: JobContext,
) => Promise<void>;

/** Thrown by a handler that knows when to be tried again (Slack's Retry-After). */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly afterMs: number;
  constructor(message: string, afterMs: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

/** Thrown when the queue did not confirm within its deadline that it holds a job. */
export class QueueUnavailable extends MendableError {
  override readonly name = 'QueueUnavailable';
}

export interface JobCounts {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

/** What became of a job; `none`: the queue does not know it, or knows it no longer. */
export type JobState = 'waiting' | 'active' | 'failed' | 'done' | 'none';

/** A job that no worker will try again, until a person says so. */
export interface DeadLetter<K extends JobKind> {
  kind: K;
  /** Unique among the jobs of its kind. */
  id: string;
  /** As it was added, so an intake's delivery is not redacted. Null when this version cannot read it. */
  payload: JobPayload<K> | null;
  addedAt: string;
  failedAt: string;
  /** How often a worker took it up. */
  tries: number;
  /** The last one's words. They may quote what came from outside. */
  error: string;
}

export interface Queue {
  /**
   * Resolves when the job is held durably.
   * @throws QueueUnavailable after `deadlineMs` (default 2,000) without that certainty; the job may
   * nevertheless have been added, so a handler must bear a job that comes twice.
   */
  add<K extends JobKind>(kind: K, payload: JobPayload<K>, options?: AddOptions): Promise<void>;
  counts(kind: JobKind): Promise<JobCounts>;
  /** What became of the job that was added with this id: a delayed one waits too. */
  state(kind: JobKind, id: string): Promise<JobState>;
  /** The last that failed comes first; at most `limit`. A few at a time: one alone may hold a webhook of 8 MB. */
  deadLetters<K extends JobKind>(kind: K, limit: number): AsyncIterable<DeadLetter<K>>;
  /** Lets a dead letter run again, with all its tries; false when there is none of this id. */
  retry(kind: JobKind, id: string): Promise<boolean>;
  /** Forgets a dead letter for good; false when there is none of this id. */
  drop(kind: JobKind, id: string): Promise<boolean>;
  /** @throws QueueUnavailable, as all of the above do, when the back end does not answer. */
  ping(): Promise<void>;
  /** Starts handling jobs of a kind. A payload that its schema refuses fails the job at once, in words. */
  consume<K extends JobKind>(kind: K, concurrency: number, handler: JobHandler<K>): Promise<void>;
  /**
   * A queue that only this process knows, and its only worker, which calls `arrived` at each job. Gives what
   * puts a job in, unless one waits there already; it rejects with QueueUnavailable. See `startCanary`.
   */
  canary(arrived: () => void): Promise<() => Promise<void>>;
  /** Stops taking jobs, waits up to `graceMs` for running ones, then aborts them and lets go. Never rejects. */
  close(graceMs: number): Promise<void>;
}
