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
  close(): void;
}

/** A queue as it is added to and asked about. */
export type Producer = BullQueue<JobData, void, string, JobData, void, string, IQueueBackend>;
