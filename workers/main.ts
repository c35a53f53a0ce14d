import type { Delivery, LabelSet } from '../src/alert/alert.ts';
import type { Redact } from '../src/evidence/redact.ts';
import type { HourlyLimits } from '../src/investigation/admission.ts';
import type { InvestigationSettings } from '../src/investigation/investigate.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Logger } from '../src/lib/log.ts';
import type { ModelPort } from '../src/models/model.ts';
import type { Channel } from '../src/notify/channel.ts';
import type { JobKind } from '../src/queue/jobs.ts';
import type { JobContext, JobHandler, Queue } from '../src/queue/queue.ts';
import type { Report } from '../src/report/report.ts';
import type { Store } from '../src/store/store.ts';
import type { ToolCaller } from '../src/tools/tool.ts';
import { createDeliver, createRequestSync } from './deliver.ts';
import { createIntake } from './intake.ts';
import { createInvestigate } from './investigate.ts';
import { createRecheck } from './recheck.ts';

export interface WorkerDeps {
  store: Store;
  queue: Queue;
  channels: Channel[];
  complete: (delivery: Delivery, context: JobContext) => Promise<Delivery>;
  environmentOf: (labels: LabelSet) => string;
  toolsOf: (environment: string, runId: string) => Promise<ToolCaller>;
  model: ModelPort | null;
  settings: InvestigationSettings;
  hourlyLimits: HourlyLimits;
  concurrency: number;
  /** How long after a resolution the suspected cause is looked at again; 0: never. */
  followUpMs: number;
  versions: Record<string, string>;
  disclaimer: string | null;
  /** Told of every job that was worked on. */
  onJob: (kind: JobKind, outcome: 'done' | 'failed' | 'retried', seconds: number) => void;
  onConcluded: (report: Report) => void;
  redact: Redact;
  clock: Clock;
  log: Logger;
}

/** Intake and delivery wait for the network and the store, not for a processor. */
const LIGHT_CONCURRENCY = 8;
/** Few, so that a storm of alerts that fire again leaves the tools to investigations. */
const RECHECK_CONCURRENCY = 2;

/** Starts taking jobs of every kind. They stop when the queue is closed. */
export async function startWorkers(deps: WorkerDeps): Promise<void> {
  const { queue, concurrency } = deps;
  const shared = { ...deps, requestSync: createRequestSync(queue, deps.channels) };
  const consume = <K extends JobKind>(kind: K, width: number, handler: JobHandler<K>) =>
    queue.consume(kind, width, measured(kind, handler, deps));
  await Promise.all([
    consume('intake', LIGHT_CONCURRENCY, createIntake(shared)),
    consume('investigate', concurrency, createInvestigate(shared)),
    consume('deliver', LIGHT_CONCURRENCY, createDeliver(shared)),
    consume('recheck', RECHECK_CONCURRENCY, createRecheck(shared)),
  ]);
}

function measured<K extends JobKind>(
  kind: K,
  handler: JobHandler<K>,
  { clock, onJob }: WorkerDeps,
): JobHandler<K> {
  return async (payload, context) => {
    const startedAt = clock.now().getTime();
    const tell = (outcome: 'done' | 'failed' | 'retried') =>
      onJob(kind, outcome, Math.max(0, clock.now().getTime() - startedAt) / 1000);
    try {
      await handler(payload, context);
    } catch (error) {
      tell(context.last ? 'failed' : 'retried');
      throw error;
    }
    tell('done');
  };
}
