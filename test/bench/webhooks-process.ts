import { LimitsSection } from '../../src/config/limits.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { createMetrics } from '../../src/web/metrics/metrics.ts';
import { startWebhooks } from '../../webhooks/main.ts';
import { type Address, openQueue } from './queues.ts';

/** Webhooks without workers on the queue at an address, until killed. Prints the URL. */
const address: Address = JSON.parse(process.argv[2] ?? '');
// A line of log for each webhook, as in production.
const log = createLogger('info');
const { queue } = await openQueue(address, log);
const { url } = await startWebhooks({
  http: { host: '127.0.0.1', port: 0, webhookTokens: [] },
  pagerduty: { webhookSecrets: [] },
  limits: LimitsSection.parse({}),
  queue,
  metrics: createMetrics({ counts: (kind) => queue.counts(kind) }),
  log,
  clock: systemClock,
});
console.log(url);
