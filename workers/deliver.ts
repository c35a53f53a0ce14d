import { randomUUID } from 'node:crypto';
import { loadView } from '../src/incident/load-view.ts';
import type { Logger } from '../src/lib/log.ts';
import type { Channel } from '../src/notify/channel.ts';
import { syncThread } from '../src/notify/sync.ts';
import type { JobHandler, Queue } from '../src/queue/queue.ts';
import type { Store } from '../src/store/store.ts';

/**
 * Asks that every channel shows an incident as it is now, or as it is after a delay in which further requests
 * collapse into this one. Cheap, and harmless when nothing changed.
 */
export type RequestSync = (incidentId: string, delayMs?: number) => Promise<void>;

/**
 * Requests for one thread collapse while one waits; one that comes while the thread is being brought up to
 * date makes that happen once more, so the last state always arrives.
 */
export function createRequestSync(queue: Pick<Queue, 'add'>, channels: Channel[]): RequestSync {
  return async (incidentId, delayMs) => {
    await Promise.all(
      channels.map(({ name }) =>
        queue.add(
          'deliver',
          { version: 1, incidentId, channel: name },
          { collapse: `${incidentId}/${name}`, ...(delayMs !== undefined && { delayMs }) },
        ),
      ),
    );
  };
}

const OUTCOMES = ['posted', 'edited', 'refused'] as const;

export interface DeliverDeps {
  store: Store;
  channels: Channel[];
  disclaimer: string | null;
  /** Told of how many messages became what. */
  onMessages: (channel: string, outcome: (typeof OUTCOMES)[number], number: number) => void;
  log: Logger;
}

/** Brings one channel's thread in line with its incident. */
export function createDeliver(deps: DeliverDeps): JobHandler<'deliver'> {
  const { store, channels, disclaimer, onMessages, log } = deps;
  return async ({ incidentId, channel: name }, { signal }) => {
    const channel = channels.find((candidate) => candidate.name === name);
    if (channel === undefined) {
      log.warn(
        { incident: incidentId, channel: name },
        'channel is no longer configured: nothing delivered',
      );
      return;
    }
    const view = await loadView(store, incidentId, disclaimer);
    if (view === null) throw new Error(`incident ${incidentId} is not stored`);
    const owner = randomUUID();
    const synced = await syncThread({ channel, ledger: store, view, owner, signal });
    for (const outcome of OUTCOMES) onMessages(name, outcome, synced[outcome].length);
    for (const { key, reason } of synced.refused) {
      log.error({ incident: incidentId, channel: name, key }, `not delivered: ${reason}`);
    }
  };
}
