import type { JobKind } from './jobs.ts';
import type { JobData } from './payload.ts';
import type { AddOptions, JobContext, JobCounts, JobState } from './queue.ts';

/** How one run of a job ended; a rejection is a failure, and tried again while tries are left. */
export type Ending =
  | { kind: 'done' }
  /** Try again then; does not count as a failure. */
  | { kind: 'later'; afterMs: number }
  /** Another worker may have it at once; does not count as a failure. */
  | { kind: 'handed-back' }
  /** No further try will do better. */
  | { kind: 'unreadable'; message: string };

export type JobRunner = (data: unknown, context: JobContext) => Promise<Ending>;

export interface EngineWorker {
  /** Takes no more jobs; resolves when the running ones have ended. May never, without its back end. */
  drain(): Promise<void>;
  /** Aborts the signals of the running jobs. */
  abort(reason: string): void;
  /** Closes its connections. Jobs that still run lose their lock. */
  letGo(): Promise<void>;
}

/** A queue of this process alone, and its only worker. */
export interface EngineCanary {
  send(): Promise<void>;
  worker: EngineWorker;
}

/** A job that no worker will try again. */
export interface FailedJob {
  id: string;
  data: unknown;
  /** Milliseconds since 1970. */
  addedAt: number;
  failedAt: number;
  tries: number;
  error: string;
}

/** The part of a queue that a library does: keep jobs, hand them out, try again. */
export interface Engine {
  /** Resolves when an add would go out at once; rejects when the signal aborts before. */
  ready(signal: AbortSignal): Promise<void>;
  add(kind: JobKind, data: JobData, options: AddOptions): Promise<void>;
  counts(kind: JobKind): Promise<JobCounts>;
  state(kind: JobKind, id: string): Promise<JobState>;
  /** The last that failed comes first; so many from there on, which counts from 0. */
  failed(kind: JobKind, from: number, count: number): Promise<FailedJob[]>;
  /** Lets a failed job run again with all its tries; false when none has failed under this id. */
  retry(kind: JobKind, id: string): Promise<boolean>;
  /** Forgets a failed job; false when none has failed under this id. */
  drop(kind: JobKind, id: string): Promise<boolean>;
  work(kind: JobKind, concurrency: number, run: JobRunner): Promise<EngineWorker>;
  /** `arrived` is called when the worker has what `send` put in. */
  canary(arrived: () => void): Promise<EngineCanary>;
  /** Closes the connections for adding. */
  close(): Promise<void>;
}
