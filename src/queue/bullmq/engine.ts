import { randomUUID } from 'node:crypto';
import { Queue as BullQueue, type Job, type JobsOptions, type Processor } from 'bullmq';
import { withDeadline } from '../../lib/deadline.ts';
import type { Logger } from '../../lib/log.ts';
import type { Engine, EngineCanary, FailedJob, JobRunner } from '../engine.ts';
import { messageOf } from '../error-log.ts';
import type { JobKind } from '../jobs.ts';
import { type JobData, packPayload } from '../payload.ts';
import type { AddOptions, JobState } from '../queue.ts';
import { ATTEMPTS, MAX_DEATHS, MAX_STARTS, retryDelayMs } from '../retry.ts';
import type { BackEnd, Producer } from './back-end.ts';
import { CANARY_OPTIONS, hashedId, JOB_OPTIONS, toJobOptions } from './job-options.ts';
import { ClosableWorker, runJob } from './worker.ts';

interface EngineSettings {
  log: Logger;
  logError: (what: string, error: unknown) => void;
  /** About how long the job of a worker that died stays with it. Default 5,000. */
  lockMs?: number;
  /** How often a job that is added here may fail. Default {@link ATTEMPTS}. */
  attempts?: number;
}

/** Before every key in Redis. */
const PREFIX = 'probable-cause';
/** Nobody reads the stream of events; BullMQ would keep 10,000 of each queue. */
const EVENTS = { events: { maxLen: 10 } };
const LOCK_MS = 5_000;
/** BullMQ pauses this long after a refused connection; its default is 15 s. */
const RECONNECT_MS = 1_000;
/** Without its back end a queue cannot be removed, and closing has to end all the same. */
const REMOVE_MS = 500;
/** The library behind the port. Only this folder knows it. */
export class BullMqEngine implements Engine {
  readonly #log: Logger;
  readonly #lockMs: number;
  readonly #logError: (what: string, error: unknown) => void;
  readonly #backEnd: BackEnd;
  readonly #producers: Record<JobKind, Producer>;
  readonly #canaries: Producer[] = [];

  constructor(
    { log, logError, lockMs = LOCK_MS, attempts = ATTEMPTS }: EngineSettings,
    backEnd: BackEnd,
  ) {
    this.#log = log;
    this.#lockMs = lockMs;
    this.#logError = logError;
    this.#backEnd = backEnd;
    const open = (kind: JobKind) => this.#openQueue(kind, { ...JOB_OPTIONS, attempts });
    this.#producers = {
      intake: open('intake'),
      investigate: open('investigate'),
      deliver: open('deliver'),
      recheck: open('recheck'),
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

  async state(kind: JobKind, id: string): Promise<JobState> {
    const state = await this.#producers[kind].getJobState(hashedId(id));
    if (state === 'unknown') return 'none';
    if (state === 'completed') return 'done';
    return state === 'active' || state === 'failed' ? state : 'waiting';
  }

  async failed(kind: JobKind, from: number, count: number): Promise<FailedJob[]> {
    const jobs = await this.#producers[kind].getFailed(from, from + count - 1);
    return jobs.map((job) => ({
      id: job.id ?? '',
      data: job.data,
      addedAt: job.timestamp,
      failedAt: job.finishedOn ?? job.timestamp,
      tries: job.attemptsStarted,
      error: job.failedReason ?? '',
    }));
  }

  async retry(kind: JobKind, id: string): Promise<boolean> {
    const job = await this.#failedJob(kind, id);
    await job?.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    return job !== null;
  }

  async drop(kind: JobKind, id: string): Promise<boolean> {
    const job = await this.#failedJob(kind, id);
    await job?.remove();
    return job !== null;
  }

  async work(kind: JobKind, concurrency: number, run: JobRunner): Promise<ClosableWorker> {
    // BullMQ makes a signal only for a processor with three parameters.
    const worker = await this.#startWorker(kind, concurrency, (job, token, signal) =>
      runJob(job, token, signal ?? new AbortController().signal, run),
    );
    worker.repeat(this.#lockMs, () => this.#forgetWrongClock(kind));
    return worker;
  }

  async canary(arrived: () => void): Promise<EngineCanary> {
    const name = `canary-${randomUUID()}`;
    const queue = this.#openQueue(name, CANARY_OPTIONS);
    this.#canaries.push(queue);
    const worker = await this.#startWorker(name, 1, async () => arrived());
    const send = async () => {
      await queue.add('canary', packPayload(null));
    };
    return { send, worker };
  }

  async close(): Promise<void> {
    const canaries = this.#canaries.map(removeQueue);
    const queues = Object.values(this.#producers).map((queue) => queue.close());
    await Promise.allSettled([...canaries, ...queues]);
    this.#backEnd.close();
  }

  #openQueue(name: string, defaultJobOptions: JobsOptions): Producer {
    const options = { connection: {}, prefix: PREFIX, defaultJobOptions, streams: EVENTS };
    const queue: Producer = new BullQueue(name, options, this.#backEnd.producer);
    return queue.on('error', (error) => this.#logError(`Queue of ${name}`, error));
  }

  async #startWorker(
    name: string,
    concurrency: number,
    processor: Processor<JobData, void, string>,
  ): Promise<ClosableWorker> {
    const worker = new ClosableWorker(
      name,
      processor,
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
    this.#watch(name, worker);
    if (!this.#backEnd.workersConnectOnce) return worker;
    try {
      await worker.waitUntilReady();
      return worker;
    } catch (error) {
      await worker.letGo();
      throw new Error(`The worker of ${name} cannot connect: ${messageOf(error)}`);
    }
  }

  async #failedJob(kind: JobKind, id: string): Promise<Job<JobData, void, string> | null> {
    const job = await this.#producers[kind].getJob(id);
    return job !== undefined && (await job.isFailed()) ? job : null;
  }

  /** A wait that a clock that was ahead has begun starts anew: it was wanted, only not for so long. */
  async #forgetWrongClock(kind: JobKind): Promise<void> {
    const queue = this.#producers[kind];
    try {
      const now = Date.now();
      const locks = await this.#backEnd.shortenLocks(queue, now, this.#lockMs);
      if (locks > 0) {
        this.#log.warn({ kind, locks }, 'Locks of a clock that was ahead: they run out soon now');
      }
      for (const id of await this.#backEnd.stranded(queue, now)) {
        const job = await queue.getJob(id);
        if (job === undefined) continue;
        await job.changeDelay(job.delay);
        this.#log.warn(
          { kind, job: id },
          'A clock that was ahead put a job off: its wait is right',
        );
      }
    } catch (error) {
      // Between two of its steps it may have been closed, which is no news.
      if (queue.closing === undefined) {
        this.#logError(`What a wrong clock left in ${kind}`, error);
      }
    }
  }

  /** Without listeners for `error`, a lost connection would end the process. */
  #watch(kind: string, worker: ClosableWorker): void {
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

/** What a process leaves behind that is not asked to end is a kilobyte. */
async function removeQueue(queue: Producer): Promise<void> {
  try {
    await withDeadline(REMOVE_MS, () => queue.obliterate({ force: true }));
  } finally {
    await queue.close();
  }
}
