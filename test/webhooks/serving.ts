import { readFileSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { afterEach } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { createApp } from '../../src/web/app.ts';
import { listen, type RunningServer } from '../../src/web/listen.ts';
import { createMetrics } from '../../src/web/metrics/metrics.ts';
import { createWebhooksRouter } from '../../webhooks/server.ts';

/** A body of three alerts that Alertmanager sent. */
export const body = readFileSync(
  new URL('../payloads/real-am0.33-truncated37.json', import.meta.url),
  'utf8',
);
export const MAX_BYTES = 8_388_608;
export const log = createLogger('silent');
export const clock: Clock = { now: () => new Date('2026-11-21T03:12:00.000Z') };

/** Holds jobs as the port promises, or does not. */
export class TestQueue implements Pick<Queue, 'add' | 'ping'> {
  readonly jobs: { kind: string; payload: unknown; id: string | undefined }[] = [];
  failure: Error | 'hangs' | null = null;

  async add(kind: string, payload: unknown, options: { id?: string } = {}): Promise<void> {
    if (this.failure === 'hangs') await new Promise(() => {});
    if (this.failure instanceof Error) throw this.failure;
    this.jobs.push({ kind, payload, id: options.id });
  }

  async ping(): Promise<void> {
    if (this.failure instanceof Error) throw this.failure;
  }
}

const running: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)));
});

/** Closes the server after the test. */
export function closeLater(server: RunningServer): RunningServer {
  running.push(server);
  return server;
}

/** The webhooks router on a port of its own, in front of a test queue. `post` posts to one source. */
export async function serve(
  tokens: string[] = [],
  deadlineMs?: number,
  { pagerduty = [], source = 'alertmanager' }: { pagerduty?: string[]; source?: string } = {},
) {
  const queue = new TestQueue();
  const metrics = createMetrics({ process: false });
  let ids = 0;
  const router = createWebhooksRouter({
    secrets: { tokens: secretsOf(tokens), pagerduty: secretsOf(pagerduty) },
    maxBytes: MAX_BYTES,
    queue,
    metrics,
    log,
    clock,
    newId: () => `d-${++ids}`,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  const { url } = closeLater(
    await listen(createApp([router], log), { host: '127.0.0.1', port: 0 }),
  );
  const post = (given: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${url}/webhooks/${source}`, { method: 'POST', body: given, headers });
  return { queue, metrics, url, post };
}

function secretsOf(values: string[]): Secret[] {
  return values.map((value) => new Secret(value));
}

/** One request in which the test decides what is sent, and when; resolves at the answer. */
export function exchange(
  url: string,
  headers: Record<string, string>,
  send: (client: ClientRequest) => void,
): Promise<{ status: number | undefined; json: unknown }> {
  return new Promise((resolve, reject) => {
    const client = request(`${url}/webhooks/alertmanager`, {
      method: 'POST',
      headers,
      agent: false,
    });
    client.once('error', reject);
    client.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => {
        resolve({ status: response.statusCode, json: JSON.parse(text) });
        client.on('error', () => {});
        client.destroy();
      });
    });
    client.flushHeaders();
    send(client);
  });
}
