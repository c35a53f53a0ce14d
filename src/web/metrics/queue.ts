import { Gauge, type Registry } from 'prom-client';
import { withDeadline } from '../../lib/deadline.ts';
import { type JobKind, jobKinds } from '../../queue/jobs.ts';
import type { JobCounts } from '../../queue/queue.ts';

const COUNTS_DEADLINE_MS = 2_000;

/** Gauges of the queue, and the function that brings them up to date. */
export function queueMetrics(
  registry: Registry,
  counts: (kind: JobKind) => Promise<JobCounts>,
): () => Promise<void> {
  const registers = [registry];
  const up = new Gauge({
    name: 'probable_cause_queue_up',
    help: 'Whether the queue answered at this scrape.',
    registers,
  });
  const jobs = new Gauge({
    name: 'probable_cause_queue_jobs',
    help: 'Jobs in the queue, by kind and state.',
    labelNames: ['kind', 'state'],
    registers,
  });
  const dead = new Gauge({
    name: 'probable_cause_dead_letters',
    help: 'Jobs that failed for good and wait for a person (`probable-cause queue list`), by kind.',
    labelNames: ['kind'],
    registers,
  });
  return async () => {
    // An old figure would look like a live one, so a queue that does not answer has none.
    jobs.reset();
    dead.reset();
    try {
      const all = await withDeadline(COUNTS_DEADLINE_MS, () =>
        Promise.all(jobKinds.map(async (kind) => ({ kind, states: await counts(kind) }))),
      );
      for (const { kind, states } of all) {
        for (const [state, number] of Object.entries(states)) jobs.set({ kind, state }, number);
        dead.set({ kind }, states.failed);
      }
      up.set(1);
    } catch {
      up.set(0);
    }
  };
}
