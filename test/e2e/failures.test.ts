import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ScriptedTurn } from '../fakes/anthropic.ts';
import { embeddedDirectory } from '../services/backends.ts';
import { type Asked, alertNameOf, investigates } from './engineer.ts';
import { type RunningProgram, startProgram } from './program.ts';
import { alertBody } from './shop.ts';
import { concludedThread } from './thread.ts';
import { post, reportOf, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

let world: World;
let program: RunningProgram;

beforeAll(async () => {
  world = await startWorld({ script: moody });
  const data = await embeddedDirectory();
  await writeFile(join(world.place.dir, 'probable-cause.yaml'), configuration(world));
  program = await startProgram(['serve'], world.with({ DATA_DIR: data.dir }));
  return async () => {
    program.kill('SIGKILL');
    await program.stopped;
    await Promise.all([world.close(), data.remove()]);
  };
});

/** A model that is well, but for the alerts that say otherwise. */
function moody(request: Asked): ScriptedTurn {
  switch (alertNameOf(request)) {
    case 'ModelTalksNonsense':
      return { content: [{ type: 'text', text: 'The pod is sad because Mercury is retrograde.' }] };
    case 'ModelIsOverloaded':
      return { status: 529, type: 'overloaded_error', message: 'Overloaded' };
    default:
      return investigates(request);
  }
}

/** Two clusters: of one, Prometheus does not answer. JSON is YAML too. */
function configuration({ place, loki, prometheus }: World): string {
  const kubernetes = { kubeconfig: place.env.KUBECONFIG };
  const dark = { name: 'dark', match: { cluster: 'dark' }, kubernetes, loki: { url: loki.url } };
  return JSON.stringify({
    environments: [
      { ...dark, prometheus: { url: 'http://127.0.0.1:1' } },
      { name: 'lit', kubernetes, loki: { url: loki.url }, prometheus: { url: prometheus.url } },
    ],
  });
}

/** The report of an alert once its thread is complete. */
async function handled(name: string, labels: Record<string, string> = {}) {
  expect((await post(program.url, alertBody({ name, labels }))).status).toBe(202);
  const [card] = await concludedThread(world.slack, name);
  return { card, report: await reportOf(program.url, name) };
}

describe('a webhook that cannot be used', () => {
  it('is refused with the name of the field, for a wrong body', async () => {
    const body = alertBody({ name: 'Wrong' });
    const [alert] = body.alerts;
    const response = await post(program.url, {
      ...body,
      alerts: [alert, { ...alert, startsAt: 'yesterday' }],
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: 'invalid_body',
      field: 'alerts[1].startsAt',
      message: expect.stringContaining('a time such as'),
    });
  });

  it('is refused with the place of the mistake, for what is no JSON', async () => {
    const response = await post(program.url, '{"version": "4",\n "alerts": [}');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: 'malformed_json',
      message: expect.stringContaining('line 2'),
    });
  });

  it('is refused without a word about the right token, for a wrong one', async () => {
    const response = await post(program.url, alertBody({ name: 'Wrong' }), 'a-wrong-token');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'unauthorized' });
    expect(program.output()).not.toContain('a-wrong-token');
  });
});

describe.concurrent('an incident is concluded', () => {
  it('without a Prometheus that does not answer, which the report names', async () => {
    const { report } = await handled('PrometheusIsDark', { cluster: 'dark' });
    expect(report).toMatchObject({ author: 'model', verdict: 'action_required' });
    expect(report.gaps).toEqual([
      expect.stringMatching(/^E2 query_prometheus failed: .*Prometheus/),
      expect.stringMatching(/^E8 query_prometheus failed: .*Prometheus/),
    ]);
    expect(report.claims.map(({ verified }) => verified)).toEqual([true, true]);
  });

  it('without a model that talks nonsense, by what code makes of it', async () => {
    const { report, card } = await handled('ModelTalksNonsense');
    expect(report).toMatchObject({
      author: 'analysers',
      verdict: 'action_required',
      rootCause: { failureMode: 'oom-killed' },
      stopped: { limit: 'model', detail: expect.stringContaining('not a conclusion') },
    });
    expect(report.claims.length).toBeGreaterThan(0);
    expect(report.claims.every(({ verified }) => verified)).toBe(true);
    expect(JSON.stringify(card?.blocks)).toContain('the model gave no usable answer');
    expect(JSON.stringify(card?.blocks)).not.toContain('Mercury');
  });

  it('without a model that is overloaded, by what was gathered', async () => {
    const { report } = await handled('ModelIsOverloaded');
    expect(report).toMatchObject({
      author: 'analysers',
      stopped: { limit: 'model', detail: expect.stringMatching(/status 529: Overloaded/) },
    });
    expect(report.claims.length).toBeGreaterThan(0);
  });
});
