import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import type { HttpConfig } from '../src/config/config.ts';
import type { Limits } from '../src/config/limits.ts';
import type { PagerDutyConfig } from '../src/config/pagerduty.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Logger } from '../src/lib/log.ts';
import type { Queue } from '../src/queue/queue.ts';
import { createApp } from '../src/web/app.ts';
import { createHealthRouter } from '../src/web/health.ts';
import { listen, type RunningServer } from '../src/web/listen.ts';
import type { Metrics } from '../src/web/metrics/metrics.ts';
import { createWebhooksRouter } from './server.ts';

export interface WebhooksOptions {
  http: Pick<HttpConfig, 'host' | 'port' | 'webhookTokens'>;
  pagerduty: Pick<PagerDutyConfig, 'webhookSecrets'>;
  limits: Pick<Limits, 'webhookBytes'>;
  queue: Pick<Queue, 'add' | 'ping'>;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
  /** What `/readyz` checks besides the queue. */
  checks?: Readonly<Record<string, () => Promise<void>>>;
  /** Why this process is stuck, for `/healthz`; null while it is not. */
  stuck?: () => string | null;
  /** What else is served on the same port, such as the API. */
  routers?: readonly Router[];
}

/**
 * Serves webhooks, health and metrics. Closing it does not close the queue, which is its giver's.
 * @throws ListenError when the address cannot be listened on.
 */
export function startWebhooks(options: WebhooksOptions): Promise<RunningServer> {
  const {
    http,
    pagerduty,
    limits,
    queue,
    metrics,
    log,
    clock,
    checks = {},
    routers = [],
  } = options;
  const webhooks = createWebhooksRouter({
    secrets: { tokens: http.webhookTokens, pagerduty: pagerduty.webhookSecrets },
    maxBytes: limits.webhookBytes,
    queue,
    metrics,
    log,
    clock,
    newId: randomUUID,
  });
  const health = createHealthRouter({
    checks: { queue: () => queue.ping(), ...checks },
    metrics,
    log,
    ...(options.stuck && { stuck: options.stuck }),
  });
  return listen(createApp([webhooks, health, ...routers], log), http);
}
