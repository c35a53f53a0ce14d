import { describe, expect, it } from 'vitest';
import { prometheusWorld } from '../examples/prometheus.ts';
import { toolError } from '../run.ts';
import { sampled, WINDOW } from '../shop.ts';
import { prometheusWorlds } from './world.ts';

const world = prometheusWorlds();
const TOOL = 'prometheus_alerts';

function alert(pod: number, more: Record<string, unknown> = {}) {
  return {
    labels: { alertname: 'PodDown', severity: 'page', namespace: 'shop', pod: `pod-${pod}` },
    annotations: {},
    state: 'firing',
    activeAt: `2026-11-21T02:${String(pod % 60).padStart(2, '0')}:00Z`,
    value: '0e+00',
    ...more,
  };
}

function rule(name: string, state: string, more: Record<string, unknown> = {}) {
  return { type: 'alerting', name, query: 'up == 0', duration: 60, state, health: 'ok', ...more };
}

describe(TOOL, () => {
  it('shows what is broken, firing and pending, in this order, each with its rule', async () => {
    const { call } = await world(prometheusWorld);
    const { text, structured } = await call(TOOL);
    expect(text).toMatchInlineSnapshot(`
      "Rules now: 1 broken, 1 firing, 1 pending, 1 inactive.
      BROKEN service:errors:ratio (group shop)
        error: multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)
        expr: sum by (service) (rate(http_requests_total{code=~"5.."}[5m])) / rate(http_requests_total[5m])
      FIRING KubePodCrashLooping (group kubernetes-apps, for 10m)
        expr: max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m]) >= 1
        firing since 2026-11-21T02:48:00Z, value 1  {namespace="shop", container="app", severity="warning", pod="checkout-6b9f7c9d4-x2x4p"}
      PENDING KubePodNotReady {severity="warning", namespace="shop"} (group kubernetes-apps, for 15m)
        expr: sum by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown"}) > 0
        pending since 2026-11-21T03:03:00Z, value 1  {pod="web-5c7d8-q9w8e"}
        pending since 2026-11-21T03:06:00Z, value 1  {pod="search-0"}"
    `);
    expect(structured).toMatchObject({
      counts: { broken: 1, firing: 1, pending: 1, inactive: 1 },
      rules: [{ type: 'recording' }, { state: 'firing', forSeconds: 600 }, { state: 'pending' }],
      history: null,
    });
  });

  it('folds many alerts of one rule, and says what they share once', async () => {
    const alerts = [
      ...Array.from({ length: 40 }, (_, index) => alert(index)),
      alert(50, { state: 'pending' }),
    ];
    const rules = [rule('PodDown', 'firing', { labels: { severity: 'page' }, alerts })];
    const { call } = await world({ series: {}, ruleGroups: [{ name: 'g', rules }] });
    const { text, structured } = await call(TOOL);
    expect(text).toMatchInlineSnapshot(`
      "Rules now: 1 firing, 0 pending, 0 inactive.
      FIRING PodDown {severity="page", namespace="shop"} (group g, for 60s)
        expr: up == 0
        firing since 2026-11-21T02:00:00Z, value 0  {pod="pod-0"}
        firing since 2026-11-21T02:01:00Z, value 0  {pod="pod-1"}
        firing since 2026-11-21T02:02:00Z, value 0  {pod="pod-2"}
        firing since 2026-11-21T02:03:00Z, value 0  {pod="pod-3"}
        firing since 2026-11-21T02:04:00Z, value 0  {pod="pod-4"}
        35 more firing since 2026-11-21T02:05:00Z to 2026-11-21T02:39:00Z
        pending since 2026-11-21T02:50:00Z, value 0  {pod="pod-50"}"
    `);
    expect(structured.rules).toMatchObject([{ alerts: { length: 41 } }]);
  });

  it.each([
    ['firing', ['KubePodCrashLooping']],
    ['pending', ['KubePodNotReady']],
    ['inactive', ['KubeJobFailed']],
  ])('shows the rules in state %s alone', async (state, names) => {
    const { call } = await world(prometheusWorld);
    const { structured } = await call(TOOL, { state });
    expect(structured.rules).toMatchObject(names.map((name) => ({ name })));
  });

  it('with a name, adds when and how often it fired over the window', async () => {
    const labels = { alertname: 'Flaps', namespace: 'shop' };
    const on = (from: number, to: number) => (minute: number) =>
      minute >= from && minute < to ? 1 : 'stale';
    const twice = (minute: number) => (on(20, 25)(minute) === 1 ? 1 : on(40, 42)(minute));
    const series = {
      'ALERTS{alertname="Flaps"}': [
        sampled({ __name__: 'ALERTS', ...labels, pod: 'a', alertstate: 'firing' }, twice),
        sampled({ __name__: 'ALERTS', ...labels, pod: 'a', alertstate: 'pending' }, on(19, 20)),
        sampled({ __name__: 'ALERTS', ...labels, pod: 'b', alertstate: 'firing' }, on(0, 99)),
        sampled({ __name__: 'ALERTS', ...labels, pod: 'c', alertstate: 'pending' }, on(30, 33)),
      ],
      'ALERTS_FOR_STATE{alertname="Flaps"}': [
        sampled({ __name__: 'ALERTS_FOR_STATE', ...labels, pod: 'b' }, () =>
          String(Date.parse('2026-11-20T22:00:00Z') / 1000),
        ),
      ],
    };
    const { call } = await world({
      series,
      ruleGroups: [{ name: 'g', rules: [rule('Flaps', 'inactive')] }],
    });
    const { text, structured } = await call(TOOL, { name: 'Flaps' });
    expect(text).toMatchInlineSnapshot(`
      "Rules now: 0 firing, 0 pending, 1 inactive.
      INACTIVE Flaps (group g, for 60s)
        expr: up == 0
      History 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z, seen every 15s: 3 alerts, all {namespace="shop"}
        {pod="b"}  fired once, 60m in all: 02:12:00Z to the end; active since 2026-11-20T22:00:00Z
        {pod="a"}  fired 2 times, 7m in all: 02:20:00Z to 02:24:45Z, 02:40:00Z to 02:41:45Z
        {pod="c"}  never fired; pending without firing once: 02:30:00Z to 02:32:45Z"
    `);
    expect(structured.history).toMatchObject({
      from: WINDOW.from,
      alerts: [
        { labels: { pod: 'b' }, firing: { length: 1 } },
        { labels: { pod: 'a' }, firing: { length: 2 }, firingSeconds: 420, pendingOnly: [] },
        { labels: { pod: 'c' }, firing: [], pendingOnly: { length: 1 } },
      ],
    });
  });

  it('asks for the history over the time that is given', async () => {
    const { fake, call } = await world(prometheusWorld);
    const { text } = await call(TOOL, { name: 'KubeJobFailed', history: '24h' });
    expect(text).toContain(
      'History 2026-11-20T03:12:00Z to 2026-11-21T03:12:00Z: neither pending nor firing.',
    );
    const range = fake.requests.find(({ path }) => path === '/api/v1/query_range');
    expect(range?.params.get('start')).toBe('2026-11-20T03:12:00.000Z');
    expect(await toolError(call(TOOL, { history: '24h' }))).toBe(
      'history: needs the name of an alert.',
    );
  });

  it('suggests the alert that may have been meant', async () => {
    const { call } = await world(prometheusWorld);
    const { text } = await call(TOOL, { name: 'KubePodCrashLoop' });
    expect(text).toContain('no rule has the name KubePodCrashLoop');
    expect(text).toContain('Did you mean KubePodCrashLooping?');
  });

  it('puts a name into a selector and nothing else', async () => {
    const { fake, call } = await world({ series: {} });
    await call(TOOL, { name: 'a"} or secrets{b="' });
    expect(fake.requests.map(({ params }) => params.get('query'))).toContain(
      'ALERTS{alertname="a\\"} or secrets{b=\\""}',
    );
  });

  it('has the history where the system tells no rules, and says what is missing without a name', async () => {
    const { call } = await world({ ...prometheusWorld, absent: ['/api/v1/rules'] });
    const { text } = await call(TOOL, { name: 'KubePodCrashLooping' });
    expect(text).toContain('fired once');
    expect(text).toContain('Note: This Prometheus does not tell its rules (HTTP 404)');
    expect(text).not.toContain('no rule has the name');
    expect(await toolError(call(TOOL))).toContain('does not tell its rules');
  });

  it('leaves addresses out of the errors of rules', async () => {
    const lastError = 'remote_read: Get "http://10.0.0.7:9201/read": connection refused';
    const rules = [rule('Broken', 'inactive', { health: 'err', lastError })];
    const { call } = await world({ series: {}, ruleGroups: [{ name: 'g', rules }] });
    const answer = await call(TOOL);
    expect(answer.text).toContain('BROKEN Broken');
    expect(JSON.stringify(answer)).not.toContain('10.0.0.7');
  });
});
