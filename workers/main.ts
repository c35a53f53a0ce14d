import type { Delivery, LabelSet } from '../src/alert/alert.ts';
import type { Redact } from '../src/evidence/redact.ts';
import type { GatherSettings } from '../src/incident/gather-of.ts';
import type { HourlyLimits } from '../src/investigation/admission.ts';
import type { InvestigationSettings } from '../src/investigation/investigate.ts';
import type { Clock } from '../src/lib/clock.ts';
import { withDeadline } from '../src/lib/deadline.ts';
import type { Logger } from '../src/lib/log.ts';
import type { ModelPort } from '../src/models/model.ts';
import type { Channel } from '../src/notify/channel.ts';
import { startCanary } from '../src/queue/canary.ts';
import type { JobKind } from '../src/queue/jobs.ts';
import type { JobContext, JobHandler, Queue } from '../src/queue/queue.ts';
import type { Report } from '../src/report/report.ts';
import type { Store } from '../src/store/store.ts';
import type { ToolCaller } from '../src/tools/tool.ts';
import { createDeliver, createRequestSync, type DeliverDeps, type RequestSync } from './deliver.ts';
import { createIntake } from './intake.ts';
import { createInvestigate } from './investigate.ts';
import { createRecheck } from './recheck.ts';
import { createReconcile, type ReconcileDeps, type ReconcileSources } from './reconcile.ts';
import { createSweep, type SweepAction } from './sweep.ts';
import { type Sweeper, startSweeper } from './sweeper.ts';

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
  gathering: GatherSettings;
  /** How long after a resolution the suspected cause is looked at again; 0: never. */
  followUpMs: number;
  versions: Record<string, string>;
  disclaimer: string | null;
  /** Told of every job that was worked on. */
  onJob: (kind: JobKind, outcome: 'done' | 'failed' | 'retried', seconds: number) => void;
  onConcluded: (report: Report) => void;
  onMessages: DeliverDeps['onMessages'];
  /** After so many milliseconds without a job going through, this process counts as stuck. */
  canaryMs: number;
  /** Milliseconds between two sweeps for lost work, over all workers. */
  sweepEveryMs: number;
  onSweep: (outcome: 'done' | 'failed') => void;
  onSweepAction: (action: SweepAction) => void;
  /** Null: nobody is asked for what webhooks lost. */
  reconcile: (ReconcileSources & { everyMs: number }) | null;
  onFound: ReconcileDeps['onFound'];
  onReconciled: (outcome: 'done' | 'failed') => void;
  redact: Redact;
  clock: Clock;
  log: Logger;
}

/** Intake and delivery wait for the network and the store, not for a processor. */
const LIGHT_CONCURRENCY = 8;
/** Few, so that a storm of alerts that fire again leaves the tools to investigations. */
const RECHECK_CONCURRENCY = 2;
const CANARY_EVERY_MS = 10_000;
const STOP_MS = 2_000;

export interface Workers {
  /** Ends what the workers do besides jobs; those end when the queue is closed, which comes after this. Never rejects. */
  stop(): Promise<void>;
  /** Why no job will be worked on here, although the queue answers; null while there is no sign of that. */
  stuck(): string | null;
}

/** Starts taking jobs of every kind, and looking for those that got lost. */
export async function startWorkers(deps: WorkerDeps): Promise<Workers> {
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
  const canary = await startCanary({
    queue,
    everyMs: Math.min(CANARY_EVERY_MS, deps.canaryMs / 3),
    now: () => performance.now(),
  });
  const reconciler = startReconciler(shared);
  const sweeper = startSweeper({
    name: 'sweeper',
    ledger: deps.store,
    sweep: createSweep({ ...shared, onAction: deps.onSweepAction }),
    everyMs: deps.sweepEveryMs,
    onSweep: deps.onSweep,
    log: deps.log,
  });
  return {
    async stop() {
      const stopped = () => Promise.all([canary.stop(), sweeper.stop(), reconciler?.stop()]);
      // A store that hangs would hold up a sweep; what it was at is harmless to leave.
      await withDeadline(STOP_MS, stopped).catch(() => {});
    },
    stuck: () => stuckWords(canary.stuckMs(), deps.canaryMs),
  };
}

function startReconciler(deps: WorkerDeps & { requestSync: RequestSync }): Sweeper | null {
  const { reconcile, store, log, onFound, onReconciled } = deps;
  if (reconcile === null) return null;
  return startSweeper({
    name: 'reconciler',
    ledger: store,
    sweep: createReconcile({ ...deps, ...reconcile, onFound }),
    everyMs: reconcile.everyMs,
    onSweep: onReconciled,
    log,
  });
}

function stuckWords(ms: number, limitMs: number): string | null {
  if (ms < limitMs) return null;
  return `no job has come through for ${Math.round(ms / 1000)} s, although the queue takes them`;
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
