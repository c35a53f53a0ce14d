import type { JobKind, JobPayload } from '../../src/queue/jobs.ts';
import type { AddOptions, Queue } from '../../src/queue/queue.ts';

interface AddedJob extends AddOptions {
  kind: JobKind;
  payload: JobPayload<JobKind>;
}

/** The adding side of a queue, of which a test sees what was asked for. */
export class MemoryQueue implements Pick<Queue, 'add'> {
  readonly added: AddedJob[] = [];
  readonly #failures = new Map<JobKind, Error>();

  /** The next add of this kind is refused. */
  failNext(kind: JobKind, error: Error): void {
    this.#failures.set(kind, error);
  }

  async add<K extends JobKind>(
    kind: K,
    payload: JobPayload<K>,
    options: AddOptions = {},
  ): Promise<void> {
    const failure = this.#failures.get(kind);
    this.#failures.delete(kind);
    if (failure !== undefined) throw failure;
    this.added.push({ kind, payload, ...options });
  }

  of(kind: JobKind): AddedJob[] {
    return this.added.filter((job) => job.kind === kind);
  }
}
