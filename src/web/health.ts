import express, { type Router } from 'express';
import { DeadlineExceeded, withDeadline } from '../lib/deadline.ts';
import type { Logger } from '../lib/log.ts';
import { send } from './answer.ts';
import { onlyMethods } from './app.ts';
import type { Metrics } from './metrics/metrics.ts';

export interface HealthOptions {
  /** What this process cannot work without, by name. Each resolves when it answers. */
  checks: Readonly<Record<string, () => Promise<void>>>;
  metrics: Pick<Metrics, 'render'>;
  log: Logger;
  /** Why this process will not do its work again, although it runs; null while it may. */
  stuck?: () => string | null;
  /** How long one check may take. Default: 2,000. */
  deadlineMs?: number;
}

/**
 * `/healthz`: this process runs and is not stuck; else 503, and it should be started anew. `/readyz`: it can work too, else 503 with what cannot be reached.
 * `/metrics`: for Prometheus. All three are open, so they name parts and states, never addresses.
 */
export function createHealthRouter({
  checks,
  metrics,
  log,
  stuck = () => null,
  deadlineMs = 2_000,
}: HealthOptions): Router {
  const router = express.Router();

  router
    .route('/healthz')
    .get((_request, response) => {
      const reason = stuck();
      if (reason === null) {
        send(response, { status: 200, headers: {}, body: { alive: true } });
        return;
      }
      log.error({ reason }, 'not alive');
      send(response, { status: 503, headers: {}, body: { alive: false, reason } });
    })
    .all(onlyMethods('GET'));

  router
    .route('/readyz')
    .get(async (_request, response) => {
      const results = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => {
          return [name, await stateOf(name, check)] as const;
        }),
      );
      const ready = results.every(([, state]) => state === 'ok');
      const body = { ready, checks: Object.fromEntries(results) };
      send(response, { status: ready ? 200 : 503, headers: {}, body });
    })
    .all(onlyMethods('GET'));

  router
    .route('/metrics')
    .get(async (_request, response) => {
      const { contentType, text } = await metrics.render();
      response.type(contentType).send(text);
    })
    .all(onlyMethods('GET'));

  return router;

  async function stateOf(name: string, check: () => Promise<void>): Promise<string> {
    try {
      await withDeadline(deadlineMs, check);
      return 'ok';
    } catch (error) {
      log.warn({ err: error, check: name }, 'not ready');
      return error instanceof DeadlineExceeded
        ? `the ${name} gave ${error.message}`
        : `the ${name} cannot be reached; the log says why`;
    }
  }
}
