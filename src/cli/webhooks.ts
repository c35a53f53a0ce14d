import type { Command } from 'commander';
import { startWebhooks } from '../../webhooks/main.ts';
import { systemClock } from '../lib/clock.ts';
import { createMetrics } from '../web/metrics/metrics.ts';
import { inOrder, type Program } from './program.ts';
import { runProgram } from './run-program.ts';
import type { Session } from './session.ts';
import { openQueueAlone } from './storage.ts';

export function defineWebhooks(command: Command): void {
  command.action(() => runProgram(command, startWebhooksAlone));
}

/** Webhooks alone: they know the queue, and no database. */
async function startWebhooksAlone({ config, log }: Session): Promise<Program> {
  const { queue, close } = await openQueueAlone(config, log);
  try {
    const metrics = createMetrics({ counts: (kind) => queue.counts(kind) });
    const server = await startWebhooks({ ...config, queue, metrics, log, clock: systemClock });
    return { url: server.url, close: inOrder(server.close, close) };
  } catch (error) {
    await close();
    throw error;
  }
}
