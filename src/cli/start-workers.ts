import type { Router } from 'express';
import { startWebhooks } from '../../webhooks/main.ts';
import { createAsk } from '../../workers/ask.ts';
import { createRequestSync } from '../../workers/deliver.ts';
import { startWorkers, type WorkerDeps } from '../../workers/main.ts';
import { environmentFor } from '../config/environment.ts';
import { systemClock } from '../lib/clock.ts';
import type { Channel } from '../notify/channel.ts';
import { createComplete } from '../pagerduty/complete.ts';
import { createApiRouter } from '../web/api.ts';
import { createApp } from '../web/app.ts';
import { createHealthRouter } from '../web/health.ts';
import { listen } from '../web/listen.ts';
import { createMetrics, type Metrics } from '../web/metrics/metrics.ts';
import { CommandError } from './command-error.ts';
import { createAnthropic, createPagerDuty, investigationSettings, reconcileOf } from './compose.ts';
import { type Environments, openEnvironments } from './environments.ts';
import { packageVersion } from './package-root.ts';
import { inOrder, type Program } from './program.ts';
import type { Session } from './session.ts';
import { openStorage, type Storage } from './storage.ts';

/** What the demo, and tests, put in the place of the outside world. */
export type Overrides = Partial<
  Pick<
    WorkerDeps,
    | 'toolsOf'
    | 'model'
    | 'settings'
    | 'environmentOf'
    | 'gathering'
    | 'clock'
    | 'versions'
    | 'disclaimer'
  >
>;

/** Webhooks, workers and the API in one process, on one port. */
export async function startAll(
  session: Session,
  channels: Channel[],
  overrides: Overrides = {},
): Promise<Program> {
  const { config, log } = session;
  const base = await openBase(session);
  const { storage, metrics } = base;
  try {
    const deps = await workerDeps(session, base, channels, overrides);
    const workers = await startWorkers(deps);
    const server = await startWebhooks({
      ...config,
      queue: storage.queue,
      metrics,
      log,
      clock: overrides.clock ?? systemClock,
      checks: { store: () => storage.store.ping() },
      stuck: workers.stuck,
      routers: [apiOf(session, deps)],
    });
    return { url: server.url, close: inOrder(server.close, workers.stop, base.close) };
  } catch (error) {
    await base.close(0);
    throw error;
  }
}

/** Workers alone, with the API beside them. */
export async function startWorkersAlone(session: Session, channels: Channel[]): Promise<Program> {
  const { config, log } = session;
  if (config.storage.databaseUrl === null) {
    throw new CommandError(
      'worker: it shares its store with other processes. Run "serve", or set DATABASE_URL.',
    );
  }
  const base = await openBase(session);
  const { storage, metrics } = base;
  const { queue, store } = storage;
  try {
    const deps = await workerDeps(session, base, channels, {});
    const workers = await startWorkers(deps);
    const checks = { queue: () => queue.ping(), store: () => store.ping() };
    const routers = [
      createHealthRouter({ checks, metrics, log, stuck: workers.stuck }),
      apiOf(session, deps),
    ];
    const server = await listen(createApp(routers, log), config.http);
    return { url: server.url, close: inOrder(server.close, workers.stop, base.close) };
  } catch (error) {
    await base.close(0);
    throw error;
  }
}

function apiOf({ config }: Session, deps: WorkerDeps): Router {
  const requestSync = createRequestSync(deps.queue, deps.channels);
  const ask = createAsk({ ...deps, requestSync });
  return createApiRouter({ store: deps.store, ask, token: config.http.apiToken });
}

/** What a process with workers stands on. */
interface Base {
  storage: Storage;
  metrics: Metrics;
  environments: Environments;
  /** The storage first: its running jobs still use the tools. Never rejects. */
  close(graceMs: number): Promise<void>;
}

async function openBase(session: Session): Promise<Base> {
  const storage = await openStorage(session.config, session.log);
  try {
    const metrics = createMetrics({ counts: (kind) => storage.queue.counts(kind) });
    const environments = openEnvironments(session, metrics);
    const close = async (graceMs: number) => {
      await storage.close(graceMs);
      await environments.close();
    };
    return { storage, metrics, environments, close };
  } catch (error) {
    await storage.close(0);
    throw error;
  }
}

async function workerDeps(
  session: Session,
  { storage: { store, queue }, metrics, environments }: Base,
  channels: Channel[],
  overrides: Overrides,
): Promise<WorkerDeps> {
  const { config, log } = session;
  return {
    store,
    queue,
    channels,
    complete: createComplete({ client: createPagerDuty(config), clock: systemClock, log }),
    environmentOf: (labels) => environmentFor(config, labels)?.name ?? UNKNOWN_ENVIRONMENT,
    toolsOf: (environment, runId) => environments.connect(environment, runId),
    model: await createAnthropic(config),
    settings: investigationSettings(config),
    hourlyLimits: config.limits,
    concurrency: config.limits.concurrentInvestigations,
    gathering: {
      windowMs: config.limits.gatherSeconds * 1000,
      crowd: config.limits.gatherCrowd,
    },
    followUpMs: config.limits.followUpMinutes * 60_000,
    versions: { probableCause: packageVersion() },
    disclaimer: null,
    onJob: (kind, outcome, seconds) => metrics.jobFinished(kind, outcome, seconds),
    onConcluded: (report) => metrics.investigationConcluded(report),
    onMessages: (channel, outcome, number) => metrics.messages(channel, outcome, number),
    canaryMs: config.limits.canarySeconds * 1000,
    sweepEveryMs: config.limits.sweepSeconds * 1000,
    onSweep: (outcome) => metrics.swept(outcome),
    onSweepAction: (action) => metrics.sweepActed(action),
    reconcile: reconcileOf(config),
    onFound: (source, status) => metrics.found(source, status),
    onReconciled: (outcome) => metrics.reconciled(outcome),
    clock: systemClock,
    redact: session.redact,
    log,
    ...overrides,
  };
}

/** The environment of an alert that matches none: it has no tools, and its report says so. */
const UNKNOWN_ENVIRONMENT = 'unknown';
