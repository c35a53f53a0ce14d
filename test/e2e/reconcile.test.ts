import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type HttpFake, startHttpFake } from '../fakes/http-fake.ts';
import { embeddedDirectory } from '../services/backends.ts';
import { findMonitoring, type Running, startAlertmanager } from './monitoring.ts';
import { type RunningProgram, startProgram } from './program.ts';
import { cardsOf, concludedThread } from './thread.ts';
import { incidentOf, startWorld, WEBHOOK_TOKEN, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const ALERT = 'NobodyHeard';
const binaries = findMonitoring();

describe.skipIf(binaries === null)('an alert whose webhook got lost', () => {
  let world: World;
  let program: RunningProgram;
  let receiver: HttpFake;
  let alertmanager: Running;

  beforeAll(async () => {
    world = await startWorld();
    const { dir } = world.place;
    receiver = await startHttpFake(() => ({ status: 200, body: 'and lost' }));
    const webhook = { url: `${receiver.url}/`, token: WEBHOOK_TOKEN };
    alertmanager = await startAlertmanager(binaries?.alertmanager ?? '', { dir, webhook });
    const reconcile = {
      everySeconds: 5,
      lateSeconds: 1,
      alertmanager: [{ url: alertmanager.url, receivers: ['probable-cause'] }],
    };
    // JSON is YAML too.
    await writeFile(join(dir, 'probable-cause.yaml'), JSON.stringify({ reconcile }));
    const data = await embeddedDirectory();
    program = await startProgram(['serve'], world.with({ DATA_DIR: data.dir }));
    return async () => {
      program.kill('SIGKILL');
      await Promise.all([program.stopped, alertmanager.stop(), receiver.close()]);
      await Promise.all([data.remove(), world.close()]);
    };
  });

  it('is found by asking, and becomes one thread; the webhook that comes after all joins it', async () => {
    const webhook = receiver.nextRequest();
    const labels = { alertname: ALERT, namespace: 'shop', severity: 'critical' };
    const startsAt = new Date(Date.now() - 120_000).toISOString();
    const posted = await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify([{ labels, startsAt }]),
    });
    expect(posted.status).toBe(200);
    const { body } = await webhook;
    await concludedThread(world.slack, ALERT);

    const late = await fetch(`${program.url}/webhooks/alertmanager`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${WEBHOOK_TOKEN}` },
      body,
    });
    expect(late.status).toBe(202);
    const { delivery } = JSON.parse(await late.text());
    const isDecided = (line: object) => 'delivery' in line && line.delivery === delivery;
    await program.onLog((line) => line.msg === 'delivery decided' && isDecided(line));
    expect(cardsOf(world.slack, ALERT)).toHaveLength(1);
    expect((await incidentOf(program.url, ALERT)).runs).toHaveLength(1);
  });
});
