import {
  type BackendFactory,
  Queue as BullQueue,
  createPostgresBackend,
  createRedisBackend,
  DelayedError,
  type IQueueBackend,
  type Job,
  type JobsOptions,
  type PgPool,
  type PostgresConnectionOptions,
  UnrecoverableError,
  WaitingError,
  Worker,
} from 'bullmq';
import { digest } from '../lib/digest.ts';
import type { Logger } from '../lib/log.ts';
import { DurableQueue } from './durable-queue.ts';
import type { Engine, JobRunner } from './engine.ts';
import { createErrorLog, messageOf } from './error-log.ts';
import type { JobKind } from './jobs.ts';
import type { JobData } from './payload.ts';
import type { AddOptions, Queue } from './queue.ts';
import { connectRedis } from './redis.ts';
import { ATTEMPTS, isLastTry, MAX_DEATHS, MAX_STARTS, retryDelayMs } from './retry.ts';
import { isStranded } from './stranded.ts';

interface QueueSettings {
  log: Logger;
  /** How long `add`, `counts` and `ping` wait for the back end. Default 2,000. */
  deadlineMs?: number;
  /** About how long the job of a worker that died stays with it. Default 5,000. */
  lockMs?: number;
}

/** Where jobs are kept. Producers and workers need connections of their own. */
interface BackEnd {
  producer: BackendFactory<IQueueBackend>;
  worker: BackendFactory<IQueueBackend>;
  workerOptions: { drainDelay?: number };
  /** See `Engine.ready`. */
  ready(signal: AbortSignal): Promise<void>;
  /** Whether a worker that cannot connect at first never will: then `consume` has to say so. */
  workersConnectOnce: boolean;
  close(): void;
}

/** Before every key in Redis. */
const PREFIX = 'probable-cause';
const DAY_S = 24 * 60 * 60;
const JOB_OPTIONS: JobsOptions = {
  attempts: ATTEMPTS,
  backoff: { type: 'capped' },
  // While a job is kept, a second one with its id is ignored.
  removeOnComplete: { age: DAY_S, count: 10_000 },
  // The dead letters.
  removeOnFail: false,
  stackTraceLimit: 3,
};
const LOCK_MS = 5_000;
/** BullMQ pauses this long after a refused connection; its default is 15 s. */
const RECONNECT_MS = 1_000;
/** PGlite does not pass NOTIFY on to who listens, so workers there look for themselves this often. */
const POLL_S = 0.2;
/** Of the delayed jobs that are due last, so many are looked at in a round: payloads may be long. */
const STRANDED_AT_ONCE = 20;

/**
 * The queue on Redis. It connects in the background: without Redis it opens, and `add` rejects until there
 * is one. Redis needs AOF and `maxmemory-policy noeviction`, or it forgets jobs that it has confirmed.
 *
 * @throws Error when the URL is not one.
 */
export async function openRedisQueue(settings: QueueSettings & { url: string }): Promise<Queue> {
  const logError = createErrorLog(settings.log);
  const redis = connectRedis(settings.url, (error) => logError('Redis', error));
  const engine = new BullMqEngine(settings, logError, {
    producer: (name, options, role) =>
      createRedisBackend(name, { ...options, connection: redis.producer }, role),
    worker: (name, options, role) =>
      createRedisBackend(name, { ...options, connection: redis.worker() }, role),
    workerOptions: {},
    ready: redis.ready,
    workersConnectOnce: false,
    close: redis.close,
  });
  return new DurableQueue(engine, settings.deadlineMs);
}

/**
 * The queue on PostgreSQL, whose tables it makes or brings up to date first.
 *
 * @throws Error in words when the database does not answer.
 */
export async function openPostgresQueue(
  settings: QueueSettings & {
    connection: Exclude<PostgresConnectionOptions, string | PgPool>;
    /** On PGlite, whose workers are not woken by a new job. */
    embedded: boolean;
  },
): Promise<Queue> {
  const connection = { ...settings.connection, migrate: true };
  const producer: BackEnd['producer'] = (name, options, role) =>
    createPostgresBackend(name, { ...options, connection }, role);
  const polling: BackEnd['worker'] = (name, options, role) =>
    // While a job is delayed, BullMQ would sleep until it is due and rely on being woken for others.
    Object.defineProperty(producer(name, options, role), 'maximumBlockTimeout', { value: POLL_S });
  const engine = new BullMqEngine(settings, createErrorLog(settings.log), {
    producer,
    worker: settings.embedded ? polling : producer,
    workerOptions: settings.embedded ? { drainDelay: POLL_S } : {},
    ready: async () => {},
    workersConnectOnce: true,
    close: () => {},
  });
  try {
    await engine.connected();
  } catch (error) {
    await engine.close();
    throw new Error(`The PostgreSQL of the queue does not answer: ${messageOf(error)}`);
  }
  return new DurableQueue(engine, settings.deadlineMs);
}

class BullMqEngine implements Engine {
  readonly #log: Logger;
  readonly #lockMs: number;
  readonly #logError: (what: string, error: unknown) => void;
  readonly #backEnd: BackEnd;
  readonly #producers: Record<JobKind, Producer>;

  constructor(
    { log, lockMs = LOCK_MS }: QueueSettings,
    logError: (what: string, error: unknown) => void,
    backEnd: BackEnd,
  ) {
    this.#log = log;
    this.#lockMs = lockMs;
    this.#logError = logError;
    this.#backEnd = backEnd;
    const open = (kind: JobKind) => {
      const options = { connection: {}, prefix: PREFIX, defaultJobOptions: JOB_OPTIONS };
      const producer: Producer = new BullQueue(kind, options, backEnd.producer);
      return producer.on('error', (error) => logError(`Queue of ${kind}`, error));
    };
    this.#producers = {
      intake: open('intake'),
      investigate: open('investigate'),
      deliver: open('deliver'),
    };
  }

  /** Resolves when every kind's tables are there. */
  async connected(): Promise<void> {
    await Promise.all(Object.values(this.#producers).map((queue) => queue.waitUntilReady()));
  }

  ready(signal: AbortSignal): Promise<void> {
    return this.#backEnd.ready(signal);
  }

  async add(kind: JobKind, data: JobData, options: AddOptions): Promise<void> {
    await this.#producers[kind].add(kind, data, toJobOptions(options));
  }

  async counts(kind: JobKind) {
    const states = ['waiting', 'active', 'delayed', 'failed'] as const;
    const counts = await this.#producers[kind].getJobCounts(...states);
    const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting, active, delayed, failed };
  }

  async work(kind: JobKind, concurrency: number, run: JobRunner): Promise<ClosableWorker> {
    const worker = new ClosableWorker(
      kind,
      // BullMQ makes a signal only for a processor with three parameters.
      (job, token, signal) => process(job, token, signal ?? new AbortController().signal, run),
      {
        connection: {},
        prefix: PREFIX,
        concurrency,
        lockDuration: this.#lockMs,
        stalledInterval: this.#lockMs * 0.4,
        maxStalledCount: MAX_DEATHS,
        maxStartedAttempts: MAX_STARTS,
        runRetryDelay: RECONNECT_MS,
        settings: { backoffStrategy: (failures) => retryDelayMs(failures, Math.random()) },
        ...this.#backEnd.workerOptions,
      },
      this.#backEnd.worker,
    );
    this.#watch(kind, worker);
    worker.repeat(this.#lockMs, () => this.#freeStranded(kind));
    if (!this.#backEnd.workersConnectOnce) return worker;
    try {
      await worker.waitUntilReady();
      return worker;
    } catch (error) {
      await worker.letGo();
      throw new Error(`The worker of ${kind} cannot connect: ${messageOf(error)}`);
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(Object.values(this.#producers).map((queue) => queue.close()));
    this.#backEnd.close();
  }

  /** Those that are due last come first, so the stranded ones hide behind no others. */
  async #freeStranded(kind: JobKind): Promise<void> {
    try {
      const last = await this.#producers[kind].getJobs('delayed', 0, STRANDED_AT_ONCE - 1, false);
      const now = Date.now();
      for (const job of last.filter((delayed) => isStranded(delayed, now))) {
        await job.promote();
        this.#log.warn(
          { kind, job: job.id },
          'A job was put off by a clock that was ahead: it runs now',
        );
      }
    } catch (error) {
      this.#logError(`Delayed jobs of ${kind}`, error);
    }
  }

  /** Without listeners for `error`, a lost connection would end the process. */
  #watch(kind: JobKind, worker: ClosableWorker): void {
    const log = this.#log;
    worker.on('error', (error) => this.#logError(`Worker of ${kind}`, error));
    worker.on('stalled', (job) => log.warn({ kind, job }, 'A worker died; its job runs again'));
    worker.on('failed', (job, error) => {
      const { id, attemptsMade } = job ?? {};
      log.warn({ kind, job: id, failures: attemptsMade, error: error.message }, 'A job failed');
    });
    worker.on('lockRenewalFailed', (jobs) => {
      // Another worker has it, or will: BullMQ itself would let this one go on.
      for (const job of jobs) worker.cancelJob(job, 'the lock on the job was lost');
    });
  }
}

type Producer = BullQueue<JobData, void, string, JobData, void, string, IQueueBackend>;

class ClosableWorker extends Worker<JobData, void, string, IQueueBackend> {
  #timer: NodeJS.Timeout | undefined;

  /** Until it lets go, and never twice at a time: without its back end `work` may take as long as that is away. */
  repeat(pauseMs: number, work: () => Promise<void>): void {
    const next = () => {
      if (this.closing !== undefined) return;
      this.#timer = setTimeout(() => work().finally(next), pauseMs);
    };
    next();
  }

  drain(): Promise<void> {
    return this.close();
  }

  abort(reason: string): void {
    this.cancelAllJobs(reason);
  }

  async letGo(): Promise<void> {
    clearTimeout(this.#timer);
    await this.lockManager.close();
    await this.backend.close(true);
  }
}

/** Tells BullMQ how a run ended, which for all but the end of a job is an error of a certain class. */
async function process(
  job: Job<JobData, void, string>,
  token: string | undefined,
  signal: AbortSignal,
  run: JobRunner,
): Promise<void> {
  const { attemptsMade: failures, attemptsStarted: attempt } = job;
  const ending = await run(job.data, { signal, attempt, last: isLastTry(failures, attempt) });
  if (ending.kind === 'unreadable') throw new UnrecoverableError(ending.message);
  if (ending.kind === 'handed-back') {
    await job.moveToWait(token);
    throw new WaitingError();
  }
  if (ending.kind === 'later') {
    if (attempt >= MAX_STARTS) throw new UnrecoverableError(`Put off ${MAX_STARTS} times`);
    await job.moveToDelayed(Date.now() + ending.afterMs, token);
    throw new DelayedError();
  }
}

function toJobOptions({ id, collapse, delayMs }: AddOptions): JobsOptions {
  return {
    // BullMQ refuses ids with a colon and ids of digits only.
    ...(id !== undefined && { jobId: `id-${digest([id])}` }),
    ...(collapse !== undefined && {
      deduplication: { id: digest([collapse]), keepLastIfActive: true },
    }),
    ...(delayMs !== undefined && { delay: delayMs }),
  };
}
