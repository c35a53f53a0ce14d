import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from '../src/lib/log.ts';
import type { Store } from '../src/store/store.ts';

export interface SweeperOptions {
  /** Whose turns they are. */
  name: string;
  /** Its lease says whose turn it is. The queue could not: what it lost is what a sweep looks for. */
  ledger: Pick<Store, 'claimEffect'>;
  sweep: (signal: AbortSignal) => Promise<void>;
  everyMs: number;
  onSweep: (outcome: 'done' | 'failed') => void;
  log: Logger;
}

export interface Sweeper {
  /** Ends a sweep that runs, between two looks. */
  stop(): Promise<void>;
}

const KEY = 'turn';

/**
 * Sweeps about once in `everyMs`, whatever the number of workers: each asks for the turn, which is a lease of
 * that length that nobody gives back. A sweep that lasts longer is ended, so that there is one at a time.
 */
export function startSweeper({
  name,
  ledger,
  sweep,
  everyMs,
  onSweep,
  log,
}: SweeperOptions): Sweeper {
  const stopping = new AbortController();
  const { signal } = stopping;
  const ended = loop();
  return {
    async stop() {
      stopping.abort(new Error('the worker is stopping'));
      await ended;
    },
  };

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      await takeTurn();
      // More often than the lease lasts, so that the next turn begins soon after the last one.
      await setTimeout(everyMs / 4, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async function takeTurn(): Promise<void> {
    try {
      if ((await ledger.claimEffect(name, KEY, randomUUID(), everyMs)) === null) return;
      await sweep(AbortSignal.any([signal, AbortSignal.timeout(everyMs)]));
      onSweep('done');
    } catch (error) {
      if (signal.aborted) return;
      onSweep('failed');
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ name, reason }, 'a look did not come to its end; the next one starts anew');
    }
  }
}
