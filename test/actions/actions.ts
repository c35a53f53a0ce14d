import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { pino } from 'pino';
import { z } from 'zod';
import { createActions } from '../../src/actions/actions.ts';
import { createClusterWriter } from '../../src/actions/writer.ts';
import { createRedactor } from '../../src/evidence/redact.ts';
import { createActionsServer } from '../../src/mcp/actions-server.ts';
import type { AuditEntry } from '../../src/mcp/audit.ts';
import type { HttpFake } from '../fakes/http-fake.ts';
import { type KubernetesObject, startFakeKubernetes } from '../fakes/kubernetes.ts';

const WRITES = ['PATCH', 'DELETE', 'POST', 'PUT'];

export interface Engineer {
  fake: HttpFake;
  /** What the actions server logged. */
  log: string[];
  /** What the audit got. */
  entries: AuditEntry[];
  /** The questions that the person was asked. */
  questions: string[];
  client: Client;
  call(name: string, args: Record<string, unknown>): Promise<CallAnswer>;
  /** `METHOD /path` of each request that could change something. */
  writes(): string[];
  passMinutes(minutes: number): void;
  close(): Promise<void>;
}

const CallAnswer = z.object({
  content: z.tuple([z.object({ text: z.string() })]).transform(([{ text }]) => text),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  isError: z.boolean().default(false),
});
type CallAnswer = z.infer<typeof CallAnswer>;

const ANSWERS = {
  yes: { action: 'accept', content: { agree: true } },
  no: { action: 'accept', content: { agree: false } },
  cancel: { action: 'cancel' },
} as const;

/** A person's MCP client at an actions server; `says` makes it one that can ask the person, who answers so. */
export async function engineer(
  objects: KubernetesObject[],
  says?: keyof typeof ANSWERS | Record<string, unknown>,
): Promise<Engineer> {
  const fake = await startFakeKubernetes({ objects, writable: true });
  let now = Date.parse('2026-11-21T03:12:00Z');
  const writer = createClusterWriter({ url: fake.url }, ['shop']);
  const log: string[] = [];
  const clock = { now: () => new Date(now) };
  const entries: AuditEntry[] = [];
  const server = createActionsServer({
    environment: 'eu',
    actions: createActions(writer, clock),
    record: (entry) => void entries.push(entry),
    clock,
    name: 'probable-cause-actions/test',
    version: '1',
    redact: createRedactor('key'),
    log: pino({}, { write: (line: string) => void log.push(line) }),
  });
  const questions: string[] = [];
  const capabilities = says === undefined ? {} : { elicitation: {} };
  const client = new Client({ name: 'test', version: '1' }, { capabilities });
  if (says !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      questions.push(params.message);
      return typeof says === 'string' ? ANSWERS[says] : says;
    });
  }
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  return {
    fake,
    log,
    entries,
    questions,
    client,
    call: async (name, args) => CallAnswer.parse(await client.callTool({ name, arguments: args })),
    writes: () =>
      fake.requests
        .filter(({ method }) => WRITES.includes(method))
        .map(({ method, path }) => `${method} ${path}`),
    passMinutes: (minutes) => {
      now += minutes * 60_000;
    },
    async close() {
      await client.close();
      await fake.close();
    },
  };
}

export function deployment(
  name = 'checkout',
  more: Record<string, unknown> = {},
): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, managedFields: [{ manager: 'ci' }] },
    spec: {
      replicas: 3,
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' },
      },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: 'app',
              image: `shop/${name}:1`,
              env: [{ name: 'DB_PASSWORD', value: 'hunter2hunter2' }],
            },
          ],
        },
      },
      ...more,
    },
    status: { readyReplicas: 2 },
  };
}
