import { createHmac } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import type { Delivery } from '../../src/alert/alert.ts';
import { redactDelivery } from '../../src/alert/redact-delivery.ts';
import { investigationWindow } from '../../src/alert/window.ts';
import { Secret } from '../../src/config/secret.ts';
import { createRedactor } from '../../src/evidence/redact.ts';
import { applyDelivery } from '../../src/incident/apply.ts';
import { groupIdOf } from '../../src/incident/identity.ts';
import { noticeOf } from '../../src/incident/notice.ts';
import { subjectOf } from '../../src/investigation/subject.ts';
import { createLogger } from '../../src/lib/log.ts';
import { jobSchemas } from '../../src/queue/jobs.ts';
import { createApp } from '../../src/web/app.ts';
import { listen } from '../../src/web/listen.ts';
import { createMetrics } from '../../src/web/metrics/metrics.ts';
import { createWebhooksRouter, sources } from '../../webhooks/server.ts';
import type { Source } from '../../webhooks/sources/source.ts';
import { decodeOrRefusal, payloads } from '../webhooks/payloads.ts';
import { mutatedBodies } from './mutate.ts';
import { isStorable } from './storable.ts';

const SECRET = 'fuzz-secret';

/** How many bodies got which answer, such as `grafana 202`. */
type Tally = Map<string, number>;

export interface Fuzzer {
  /**
   * Posts so many mutated bodies, each to one source, and counts the answers into the tally.
   * @throws Error with the smallest body found that breaks a promise, and its seed.
   */
  run(options: { runs: number; seed: number }): Promise<void>;
  tally: Tally;
  close(): Promise<void>;
}

/** Every source behind real HTTP, with a queue that looks at each job as the worker will, and forgets it. */
export async function startFuzzer(): Promise<Fuzzer> {
  const log = createLogger('silent');
  const jobs: unknown[] = [];
  let ids = 0;
  const router = createWebhooksRouter({
    secrets: { tokens: [], pagerduty: [new Secret(SECRET)] },
    maxBytes: 8_388_608,
    queue: { add: async (_kind, payload) => void jobs.push(payload) },
    metrics: createMetrics({ process: false }),
    log,
    clock: { now: () => new Date('2026-11-21T03:12:00.000Z') },
    newId: () => `d-${++ids}`,
  });
  const server = await listen(createApp([router], log), { host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const tally: Tally = new Map();
  const check = async ({ source, body }: Fuzzed) => {
    const { status, text } = await post(`${server.url}/webhooks/${source}`, body, agent);
    const key = `${source} ${status}`;
    tally.set(key, (tally.get(key) ?? 0) + 1);
    checkAnswer(status, text, jobs.splice(0));
  };
  return {
    tally,
    run: ({ runs, seed }) => fc.assert(fc.asyncProperty(fuzzed, check), { numRuns: runs, seed }),
    async close() {
      agent.destroy();
      await server.close(0);
    },
  };
}

interface Fuzzed {
  source: Source['name'];
  body: Buffer<ArrayBuffer>;
}

/** Mostly for the source that takes the sample they came from, because what is refused at once shows little. */
const fuzzed: fc.Arbitrary<Fuzzed> = fc.oneof(
  ...sources.map(({ name, decode }) => {
    const values = [...payloads.values()].map((text): unknown => JSON.parse(text));
    const own = values.filter((value) => !(decodeOrRefusal(decode, value) instanceof Error));
    const body = fc.oneof(
      { weight: 9, arbitrary: mutatedBodies(own) },
      { weight: 1, arbitrary: mutatedBodies(values) },
    );
    return fc.record({ source: fc.constant(name), body });
  }),
);

function checkAnswer(status: number, text: string, jobs: unknown[]): void {
  const answer = z.looseObject({}).parse(JSON.parse(text));
  if (status === 202) {
    if (jobs.length !== 1) throw new Error(`202 with ${jobs.length} jobs`);
    checkJob(jobs[0]);
    return;
  }
  if (jobs.length > 0) throw new Error(`${status} with a job`);
  if (status === 200) z.string().min(1).parse(answer.ignored);
  else if (status === 400) z.string().min(1).max(1_000).parse(answer.message);
  else throw new Error(`answered with ${status}: ${text.slice(0, 500)}`);
}

/** What was accepted must be readable and storable, and mean something to the worker: nobody sends it again. */
function checkJob(job: unknown): void {
  const text = JSON.stringify(job);
  const { delivery } = jobSchemas.intake.parse(JSON.parse(text));
  if (!isDeepStrictEqual({ version: 1, delivery }, job))
    throw new Error('the job reads differently');
  if (!isStorable(delivery)) throw new Error('the job cannot be stored');
  decideTwice(redactDelivery(delivery, redact), groupIdOf(delivery));
}

const redact = createRedactor('fuzz');

function decideTwice(delivery: Delivery, groupId: string): void {
  const environmentOf = () => 'prod';
  const first = applyDelivery(null, delivery, groupId, environmentOf);
  if (first.incident === null) return;
  const later = { ...delivery, id: 'later', receivedAt: '2026-11-21T03:30:00.000Z' };
  const second = applyDelivery(first.incident, later, groupId, environmentOf);
  noticeOf({ delivery: later, decision: second.decision, incidentId: first.incident.id });
  subjectOf(first.incident, investigationWindow(first.incident.startedAt, delivery.receivedAt));
}

function post(url: string, body: Buffer, agent: Agent): Promise<{ status: number; text: string }> {
  const signature = `v1=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const headers = { 'x-pagerduty-signature': signature, 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const client = request(url, { method: 'POST', headers, agent });
    client.once('error', reject);
    client.once('response', async (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
    });
    client.end(body);
  });
}
