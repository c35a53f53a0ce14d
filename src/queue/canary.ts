import { setTimeout } from 'node:timers/promises';
import type { Queue } from './queue.ts';

export interface CanaryOptions {
  queue: Pick<Queue, 'canary'>;
  everyMs: number;
  /** Milliseconds of a clock that never jumps, such as `performance.now`. */
  now: () => number;
}

export interface Canary {
  /** Milliseconds that a job of this process has waited for its own worker, while the queue took more; else 0. */
  stuckMs(): number;
  stop(): Promise<void>;
}

/**
 * Sends a job through the queue to a worker of this same process, again and again. Connections may look fine
 * and a worker that lost its own never take a job again (BullMQ 6.0.10 did that after an outage of Redis), so
 * only a job that comes through proves that jobs do.
 *
 * While the queue does not take the job there is no telling, and nothing is stuck: to start a process anew
 * does not bring Redis back.
 */
export async function startCanary({ queue, everyMs, now }: CanaryOptions): Promise<Canary> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let waitingSince: number | null = null;
  const send = await queue.canary(() => {
    waitingSince = null;
  });
  const ended = loop();
  return {
    stuckMs: () => (waitingSince === null ? 0 : now() - waitingSince),
    async stop() {
      stopping.abort();
      await ended;
    },
  };

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      // Before it is sent: it may come through before the queue has said that it holds it.
      waitingSince ??= now();
      await send().catch(() => {
        waitingSince = null;
      });
      await setTimeout(everyMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }
}
