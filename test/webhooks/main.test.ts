import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { QueueUnavailable } from '../../src/queue/queue.ts';
import { createMetrics } from '../../src/web/metrics/metrics.ts';
import { startWebhooks } from '../../webhooks/main.ts';
import { body, clock, closeLater, log, MAX_BYTES, serve, TestQueue } from './serving.ts';

describe('anything else', () => {
  it('is 405 with the method that the path takes', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/webhooks/alertmanager`);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toMatchObject({
      message: '/webhooks/alertmanager takes POST, not GET.',
    });
  });

  it('is 404 in JSON, with security headers and without the name of the framework', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/webhooks/unknown`, { method: 'POST', body });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: 'not_found',
      message:
        'No source has this path; those that there are: /webhooks/alertmanager, /webhooks/generic, /webhooks/grafana, /webhooks/pagerduty.',
    });
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('the process', () => {
  it('serves webhooks, health, metrics and what else it is given on one port', async () => {
    const queue = new TestQueue();
    const { url } = closeLater(
      await startWebhooks({
        http: { host: '127.0.0.1', port: 0, webhookTokens: [new Secret('t')] },
        pagerduty: { webhookSecrets: [] },
        limits: { webhookBytes: MAX_BYTES },
        queue,
        metrics: createMetrics({ process: false }),
        log,
        clock,
        checks: { store: async () => {} },
      }),
    );
    const headers = { authorization: 'Bearer t' };
    const posted = await fetch(`${url}/webhooks/alertmanager`, { method: 'POST', body, headers });
    expect(await posted.json()).toMatchObject({
      delivery: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({
      ready: true,
      checks: { queue: 'ok', store: 'ok' },
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('webhooks_received_total');
    queue.failure = new QueueUnavailable('gone');
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });
});
