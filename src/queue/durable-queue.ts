import { z } from 'zod';
import { withDeadline } from '../lib/deadline.ts';
import type { Ending, Engine, EngineWorker, FailedJob } from './engine.ts';
import { messageOf } from './error-log.ts';
import { type JobKind, type JobPayload, jobSchemas } from './jobs.ts';
import { packPayload, unpackPayload } from './payload.ts';
import {
  type AddOptions,
  type DeadLetter,
  type JobContext,
  type JobCounts,
  type JobHandler,
  type JobState,
  type Queue,
  QueueUnavailable,
  RetryLater,
} from './queue.ts';

/** After the grace: for handlers to notice that they are aborted, and then for connections to close. */
const UNWIND_MS = 1_000;

/** So few that those of the longest webhooks are read within the deadline. */
const LETTERS_AT_ONCE = 4;

/** The queue over an engine: typed payloads, deadlines, and an end that always comes. */
export class DurableQueue implements Queue {
  readonly #engine: Engine;
  readonly #deadlineMs: number;
  readonly #workers: EngineWorker[] = [];
  #aborting = false;
  /** Not from the start of closing: a job that is allowed to end must be able to ask for the next one. */
  #closed = false;
  #closing: Promise<void> | null = null;

  /** @param deadlineMs How long whatever is asked may wait for the back end. */
  constructor(engine: Engine, deadlineMs = 2_000) {
    this.#engine = engine;
    this.#deadlineMs = deadlineMs;
  }

  async add<K extends JobKind>(
    kind: K,
    payload: JobPayload<K>,
    options: AddOptions = {},
  ): Promise<void> {
    if (options.id !== undefined && options.collapse !== undefined) {
      throw new TypeError('A job has either an id or a collapse key: what follows needs a new id');
    }
    await this.#ask(`hold a job of kind ${kind}`, () =>
      this.#engine.add(kind, packPayload(payload), options),
    );
  }

  counts(kind: JobKind): Promise<JobCounts> {
    return this.#ask(`count the jobs of kind ${kind}`, () => this.#engine.counts(kind));
  }

  state(kind: JobKind, id: string): Promise<JobState> {
    return this.#ask('tell the state of a job', () => this.#engine.state(kind, id));
  }

  async *deadLetters<K extends JobKind>(kind: K, limit: number): AsyncIterable<DeadLetter<K>> {
    // What fails meanwhile comes first, and moves those that were told into what is asked for next.
    const told = new Set<string>();
    for (let from = 0; told.size < limit; from += LETTERS_AT_ONCE) {
      const failed = await this.#ask(`list the dead letters of kind ${kind}`, () =>
        this.#engine.failed(kind, from, LETTERS_AT_ONCE),
      );
      if (failed.length === 0) return;
      for (const job of failed.filter(({ id }) => !told.has(id)).slice(0, limit - told.size)) {
        told.add(job.id);
        yield letterOf(kind, job);
      }
    }
  }

  retry(kind: JobKind, id: string): Promise<boolean> {
    return this.#ask('retry a job', () => this.#engine.retry(kind, id));
  }

  drop(kind: JobKind, id: string): Promise<boolean> {
    return this.#ask('drop a job', () => this.#engine.drop(kind, id));
  }

  async ping(): Promise<void> {
    await this.#ask('answer', () => this.#engine.counts('intake'));
  }

  async consume<K extends JobKind>(
    kind: K,
    concurrency: number,
    handler: JobHandler<K>,
  ): Promise<void> {
    const run = (data: unknown, context: JobContext) => this.#run(kind, data, context, handler);
    this.#workers.push(await this.#engine.work(kind, concurrency, run));
  }

  async canary(arrived: () => void): Promise<() => Promise<void>> {
    const { send, worker } = await this.#engine.canary(arrived);
    this.#workers.push(worker);
    return () => this.#ask('hold a canary', send);
  }

  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#shutDown(graceMs);
    return this.#closing;
  }

  async #run<K extends JobKind>(
    kind: K,
    data: unknown,
    context: JobContext,
    handler: JobHandler<K>,
  ): Promise<Ending> {
    const read = readPayload(kind, data);
    if ('message' in read) return { kind: 'unreadable', message: storable(read.message) };
    try {
      await handler(read.payload, context);
      return { kind: 'done' };
    } catch (error) {
      if (error instanceof RetryLater) return { kind: 'later', afterMs: error.afterMs };
      // It failed because we stop, which is no failure of its own.
      if (this.#aborting) return { kind: 'handed-back' };
      const message = messageOf(error);
      const intact = error instanceof Error && storable(message) === message;
      throw intact ? error : new Error(storable(message));
    }
  }

  async #ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      if (this.#closed) throw new Error('it is closed');
      return await withDeadline(this.#deadlineMs, async (signal) => {
        // What has to wait longer than the caller is not sent at all.
        await this.#engine.ready(signal);
        return work();
      });
    } catch (error) {
      throw new QueueUnavailable(`The queue could not ${what}: ${messageOf(error)}`);
    }
  }

  async #shutDown(graceMs: number): Promise<void> {
    const drained = Promise.allSettled(this.#workers.map((worker) => worker.drain()));
    if (!(await settles(drained, graceMs))) {
      this.#aborting = true;
      for (const worker of this.#workers) worker.abort('the worker is stopping');
      await settles(drained, UNWIND_MS);
    }
    this.#closed = true;
    const closed = this.#workers.map((worker) => worker.letGo());
    await settles(Promise.allSettled([...closed, this.#engine.close()]), UNWIND_MS);
  }
}

function letterOf<K extends JobKind>(
  kind: K,
  { data, addedAt, failedAt, ...job }: FailedJob,
): DeadLetter<K> {
  const read = readPayload(kind, data);
  return {
    kind,
    ...job,
    payload: 'payload' in read ? read.payload : null,
    addedAt: new Date(addedAt).toISOString(),
    failedAt: new Date(failedAt).toISOString(),
  };
}

/** Said this way, the compiler knows which payload belongs to which kind. */
const schemas: { [K in JobKind]: z.ZodType<JobPayload<K>> } = jobSchemas;

function readPayload<K extends JobKind>(
  kind: K,
  data: unknown,
): { payload: JobPayload<K> } | { message: string } {
  const cannot = `This version of probable-cause cannot read this job of kind ${kind}`;
  try {
    const parsed = schemas[kind].safeParse(unpackPayload(data));
    if (parsed.success) return { payload: parsed.data };
    return { message: `${cannot}; a newer one may have sent it: ${z.prettifyError(parsed.error)}` };
  } catch (error) {
    return { message: `${cannot}: its data is not what was packed: ${messageOf(error)}` };
  }
}

/**
 * PostgreSQL refuses U+0000 and lone surrogates, which a message that quotes some output may hold: the job
 * could then not even be failed, and would run again and again.
 */
function storable(message: string): string {
  return message.replaceAll('\0', '\uFFFD').toWellFormed();
}

async function settles(work: Promise<unknown>, ms: number): Promise<boolean> {
  return withDeadline(ms, () => work).then(
    () => true,
    () => false,
  );
}
