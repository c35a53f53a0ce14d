import type { BackendFactory, Queue as BullQueue, IQueueBackend } from 'bullmq';
import type { JobData } from '../payload.ts';

/** Where jobs are kept. Producers and workers need connections of their own. */
export interface BackEnd {
  producer: BackendFactory<IQueueBackend>;
  worker: BackendFactory<IQueueBackend>;
  workerOptions: { drainDelay?: number };
  /** See `Engine.ready`. */
  ready(signal: AbortSignal): Promise<void>;
  /** Whether a worker that cannot connect at first never will: then `consume` has to say so. */
  workersConnectOnce: boolean;
  /** Ids of some delayed jobs that a clock that was ahead has put off: see `isStranded`. */
  stranded(queue: Producer, now: number): Promise<string[]>;
  /**
   * Lets locks that such a clock has set run out in `lockMs`, which leaves a worker that lives the time to renew its
   * own. Returns how many there were.
   */
  shortenLocks(queue: Producer, now: number, lockMs: number): Promise<number>;
  close(): void;
}

/** A queue as it is added to and asked about. */
export type Producer = BullQueue<JobData, void, string, JobData, void, string, IQueueBackend>;
