import { beforeAll, describe, expect, it, vi } from 'vitest';
import { embeddedDirectory } from '../services/backends.ts';
import { citing, investigates } from './engineer.ts';
import {
  findMonitoring,
  startAlertmanager,
  startPrometheus,
  startTarget,
  type Target,
} from './monitoring.ts';
import { type RunningProgram, startProgram } from './program.ts';
import { cardsOf, concludedThread } from './thread.ts';
import { evidenceOf, incidentOf, startWorld, WEBHOOK_TOKEN, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const ALERT = 'QueueTooDeep';
const EXPRESSION = 'shop_queue_depth > 100';
const binaries = findMonitoring();

describe.skipIf(binaries === null)('behind a real Prometheus and a real Alertmanager', () => {
  let world: World;
  let target: Target;
  let program: RunningProgram;

  beforeAll(async () => {
    const { prometheus: prometheusBinary = '', alertmanager: alertmanagerBinary = '' } =
      binaries ?? {};
    world = await startWorld({
      script: (request) =>
        investigates(request, () => [
          citing(request, 'The queue is too deep.', 'query_prometheus', 'shop_queue_depth{'),
        ]),
    });
    target = await startTarget('shop_queue_depth', 3);
    const { dir } = world.place;
    const labels = { namespace: 'shop', severity: 'critical' };
    const alert = { name: ALERT, expression: EXPRESSION, labels };
    const prometheus = await startPrometheus(prometheusBinary, {
      dir,
      targetUrl: target.url,
      alert,
    });
    const data = await embeddedDirectory();
    program = await startProgram(
      ['serve'],
      world.with({ DATA_DIR: data.dir, PROMETHEUS_URL: prometheus.url }),
    );
    const url = `${program.url}/webhooks/alertmanager`;
    const webhook = { url, token: WEBHOOK_TOKEN };
    const alertmanager = await startAlertmanager(alertmanagerBinary, { dir, webhook });
    await prometheus.sendAlertsTo(alertmanager.url);
    return async () => {
      program.kill('SIGKILL');
      await Promise.all([program.stopped, prometheus.stop(), alertmanager.stop()]);
      await Promise.all([target.stop(), data.remove(), world.close()]);
    };
  });

  it('a rule that fires becomes a thread with evidence from that Prometheus', async () => {
    target.set(250);
    const [card, evidence] = await concludedThread(world.slack, ALERT);
    expect(card?.text).toContain('Action required');
    expect(evidence?.text).toBe('Evidence · 3 of 3 claims checked');
    expect(JSON.stringify(evidence?.blocks)).toContain(
      `query='${EXPRESSION.replace('>', '&gt;')}'`,
    );

    const incident = await incidentOf(program.url, ALERT);
    const calls = incident.runs[0]?.evidence ?? [];
    const own = calls.find(({ args }) => args === JSON.stringify({ query: EXPRESSION }));
    const { text } = await evidenceOf(program.url, incident.id, own?.id ?? '');
    expect(text).toMatch(/shop_queue_depth\{.*job="shop".*250/s);
    expect(incident).toMatchObject({ status: 'open', report: { gaps: [], stopped: null } });
  });

  it('and when the rule no longer holds, the thread says so', async () => {
    target.set(3);
    const [card] = cardsOf(world.slack, ALERT);
    const resolved = await world.slack.onMessage(
      ({ threadTs, text }) => threadTs === card?.ts && text.includes('Resolved'),
    );
    expect(resolved.text).toContain(`${ALERT} resolved`);
    expect(cardsOf(world.slack, ALERT)).toHaveLength(1);
    expect(card?.text).toContain('Resolved at');
    expect(await incidentOf(program.url, ALERT)).toMatchObject({ status: 'resolved' });
  });
});
