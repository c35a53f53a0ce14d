import { collectDefaultMetrics, Registry } from 'prom-client';
import type { JobKind } from '../../queue/jobs.ts';
import type { JobCounts } from '../../queue/queue.ts';
import { queueMetrics } from './queue.ts';
import { type RecoveryMetrics, recoveryMetrics } from './recovery.ts';
import { type ToolCallMetrics, toolCallMetrics } from './tool-calls.ts';
import { type WorkMetrics, workMetrics } from './work.ts';

/** What the program counts, in its own words; only this folder knows prom-client. */
export interface Metrics extends WorkMetrics, ToolCallMetrics, RecoveryMetrics {
  /** The page that Prometheus scrapes. */
  render(): Promise<{ contentType: string; text: string }>;
}

export interface MetricsOptions {
  /** Asked at each scrape for what waits in the queue. */
  counts?: (kind: JobKind) => Promise<JobCounts>;
  /** Also those of the process itself: memory, event loop, garbage collection. Default: true. */
  process?: boolean;
}

/** A registry of its own, so that two programs in one process (a test, the demo) do not add up. */
export function createMetrics({ counts, process = true }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  const refresh = counts ? queueMetrics(registry, counts) : async () => {};
  return {
    ...workMetrics(registry),
    ...toolCallMetrics(registry),
    ...recoveryMetrics(registry),
    render: async () => {
      await refresh();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
