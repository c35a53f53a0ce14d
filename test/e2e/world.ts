import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Report } from '../../src/report/report.ts';
import { type FakeAnthropicOptions, startFakeAnthropic } from '../fakes/anthropic.ts';
import { startFakeKubernetes } from '../fakes/kubernetes.ts';
import { startFakeLoki } from '../fakes/loki.ts';
import { startFakePrometheus } from '../fakes/prometheus.ts';
import { type FakeSlackOptions, startFakeSlack } from '../fakes/slack.ts';
import { scratchDirectory } from '../services/scratch.ts';
import { investigates } from './engineer.ts';
import type { Place } from './program.ts';
import { objects, series, streams } from './shop.ts';

export const WEBHOOK_TOKEN = 'webhook-token-Vb77sQx2';
const API_KEY = 'model-key-Hn51pLw8';

export type World = Awaited<ReturnType<typeof startWorld>>;
type Script = Extract<FakeAnthropicOptions['script'], (...args: never) => unknown>;

interface WorldOptions extends Pick<FakeAnthropicOptions, 'thinkMs'> {
  script?: Script;
  slack?: FakeSlackOptions;
}

/** Everything outside of the program, as servers of the test's own, and the settings that point there. */
export async function startWorld({
  script = investigates,
  slack: ofSlack,
  ...ofModel
}: WorldOptions = {}) {
  const [slack, model, kubernetes, prometheus, loki, scratch] = await Promise.all([
    startFakeSlack(ofSlack),
    startFakeAnthropic({ ...ofModel, script, apiKey: API_KEY }),
    startFakeKubernetes({ objects }),
    startFakePrometheus({ series }),
    startFakeLoki({ streams }),
    scratchDirectory(),
  ]);
  const kubeconfig = join(scratch.dir, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(kubernetes.url));
  const place: Place = {
    dir: scratch.dir,
    env: {
      PORT: '0',
      WEBHOOK_TOKEN,
      ANTHROPIC_API_KEY: API_KEY,
      ANTHROPIC_BASE_URL: model.url,
      SLACK_BOT_TOKEN: slack.token,
      SLACK_CHANNEL: '#incidents',
      SLACK_API_URL: slack.url,
      // This Slack takes every message at once, unless it is told otherwise.
      SLACK_MESSAGES_PER_MINUTE: '100000',
      KUBECONFIG: kubeconfig,
      PROMETHEUS_URL: prometheus.url,
      LOKI_URL: loki.url,
    },
  };
  return {
    slack,
    model,
    kubernetes,
    prometheus,
    loki,
    place,
    /** The same settings and others on top. */
    with: (env: Place['env']): Place => ({ ...place, env: { ...place.env, ...env } }),
    async close() {
      await Promise.all(
        [slack, model, kubernetes, prometheus, loki].map((system) => system.close()),
      );
      await scratch.remove();
    },
  };
}

/** JSON is YAML too. */
function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'shop', cluster: { server } }],
    users: [{ name: 'reader', user: { token: 'cluster-token-Rt20kkE5' } }],
    contexts: [{ name: 'shop', context: { cluster: 'shop', user: 'reader' } }],
    'current-context': 'shop',
  });
}

export function post(url: string, body: unknown, token = WEBHOOK_TOKEN): Promise<Response> {
  return fetch(`${url}/webhooks/alertmanager`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** An incident as the API gives it, as far as the tests look. */
const ShownIncident = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  state: z.string(),
  report: Report.nullable(),
  runs: z.array(
    z.object({
      id: z.string(),
      evidence: z.array(z.object({ id: z.string(), tool: z.string(), args: z.string() })),
    }),
  ),
});
export type ShownIncident = z.infer<typeof ShownIncident>;
const IncidentList = z.object({
  incidents: z.array(z.object({ id: z.string(), title: z.string() })),
});

/** The only incident of an alert. */
export async function incidentOf(url: string, alertName: string): Promise<ShownIncident> {
  const { incidents } = IncidentList.parse(await getJson(`${url}/api/incidents`));
  const found = incidents.filter(({ title }) => title.startsWith(`${alertName} `));
  const [incident] = found;
  if (incident === undefined || found.length > 1) {
    throw new Error(`There are ${found.length} incidents of ${alertName}, not one.`);
  }
  return ShownIncident.parse(await getJson(`${url}/api/incidents/${incident.id}`));
}

export async function reportOf(url: string, alertName: string): Promise<Report> {
  const { report } = await incidentOf(url, alertName);
  if (report === null) throw new Error(`The incident of ${alertName} has no report yet.`);
  return report;
}

const StoredEvidence = z.object({ id: z.string(), text: z.string() });

export async function evidenceOf(url: string, incidentId: string, evidenceId: string) {
  return StoredEvidence.parse(
    await getJson(`${url}/api/incidents/${incidentId}/evidence/${evidenceId}`),
  );
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
