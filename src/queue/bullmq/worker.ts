import {
  DelayedError,
  type IQueueBackend,
  type Job,
  UnrecoverableError,
  WaitingError,
  Worker,
} from 'bullmq';
import type { EngineWorker, JobRunner } from '../engine.ts';
import type { JobData } from '../payload.ts';
import { isLastTry, MAX_STARTS } from '../retry.ts';

/** A worker of BullMQ that can be ended in steps. */
export class ClosableWorker
  extends Worker<JobData, void, string, IQueueBackend>
  implements EngineWorker
{
  #timer: NodeJS.Timeout | undefined;

  /**
   * At once and again until it lets go, never twice at a time: without its back end `work` may take as long as that
   * is away.
   */
  repeat(pauseMs: number, work: () => Promise<void>): void {
    const next = async () => {
      await work();
      if (this.closing !== undefined) return;
      this.#timer = setTimeout(next, pauseMs);
    };
    void next();
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
export async function runJob(
  job: Job<JobData, void, string>,
  token: string | undefined,
  signal: AbortSignal,
  run: JobRunner,
): Promise<void> {
  const { attemptsMade: failures, attemptsStarted: attempt } = job;
  const last = isLastTry(failures, attempt, job.opts.attempts);
  const ending = await run(job.data, { signal, attempt, last });
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
