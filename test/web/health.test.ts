import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/lib/log.ts';
import { createApp } from '../../src/web/app.ts';
import { createHealthRouter } from '../../src/web/health.ts';
import { listen, type RunningServer } from '../../src/web/listen.ts';
import { createMetrics } from '../../src/web/metrics/metrics.ts';

const log = createLogger('silent');
const open: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close(0)));
});

async function serve(
  checks: Record<string, () => Promise<void>>,
  stuck = (): string | null => null,
): Promise<string> {
  const metrics = createMetrics({ process: false });
  metrics.webhookReceived('alertmanager', 'accepted', 0);
  const router = createHealthRouter({ checks, metrics, log, stuck, deadlineMs: 20 });
  const server = await listen(createApp([router], log), { host: '127.0.0.1', port: 0 });
  open.push(server);
  return server.url;
}

const fine = async () => {};
const broken = async () => {
  throw new Error('connect ECONNREFUSED 10.0.0.5:6379');
};
const silent = () => new Promise<void>(() => {});

describe('readiness', () => {
  it('is given while every part answers', async () => {
    const response = await fetch(`${await serve({ queue: fine, store: fine })}/readyz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ready: true, checks: { queue: 'ok', store: 'ok' } });
  });

  it('is refused with the parts that do not, in words and without their addresses', async () => {
    const url = await serve({ queue: broken, store: fine, model: silent });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      ready: false,
      checks: {
        queue: 'the queue cannot be reached; the log says why',
        store: 'ok',
        model: 'the model gave no answer within 0.02 s',
      },
    });
  });

  it('is another thing than being alive', async () => {
    const url = await serve({ queue: broken });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/healthz`, { method: 'POST' })).status).toBe(405);
  });
});

it('is not alive when it is stuck, and says why', async () => {
  let reason: string | null = null;
  const url = await serve({ queue: fine }, () => reason);
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ alive: true });
  reason = 'no job has come through for 60 s';
  const response = await fetch(`${url}/healthz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ alive: false, reason });
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

it('serves the metrics as Prometheus reads them', async () => {
  const response = await fetch(`${await serve({})}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  expect(await response.text()).toContain('probable_cause_webhooks_received_total{');
});
