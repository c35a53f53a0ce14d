import { describe, expect, it } from 'vitest';
import { prometheusWorld } from '../examples/prometheus.ts';
import { sampled } from '../shop.ts';
import { prometheusWorlds } from './world.ts';

const world = prometheusWorlds();
const TOOL = 'prometheus_targets';

describe(TOOL, () => {
  it('shows who is down with the error and since when, who was, and counts the others', async () => {
    const { call } = await world(prometheusWorld);
    const { text, structured } = await call(TOOL);
    expect(text).toMatchInlineSnapshot(`
      "Targets now: 1 down, 6 up.
      down since 2026-11-21T02:47:00Z  {job="shop", instance="10.1.2.3:8080", namespace="shop", pod="checkout-6b9f7c9d4-x2x4p"}
        error: Get "<address>": dial tcp <address>: connect: connection refused
      Down between 2026-11-21T02:12:00Z and 2026-11-21T03:12:00Z, but not now:
        {job="node", instance="node-b", namespace="monitoring"}  2026-11-21T02:20:00Z to 2026-11-21T02:23:45Z
      Up: shop 3, node 3"
    `);
    expect(structured).toMatchObject({
      down: [{ labels: { job: 'shop' }, since: '2026-11-21T02:47:00.000Z', before: false }],
      recovered: [{ labels: { job: 'node' } }],
      healthy: [
        { job: 'shop', targets: 3 },
        { job: 'node', targets: 3 },
      ],
    });
  });

  it('leaves out where targets are scraped, but keeps their instance', async () => {
    const { call } = await world(prometheusWorld);
    const answer = JSON.stringify(await call(TOOL));
    expect(answer).not.toContain('http://');
    expect(answer).toContain('10.1.2.3:8080');
  });

  it('asks for one job, and suggests one that may have been meant', async () => {
    const { fake, call } = await world(prometheusWorld);
    const { text } = await call(TOOL, { job: 'nodes' });
    expect(text).toContain('Note: no target has the job nodes\nNote: Did you mean node?');
    expect(fake.requests[0]?.params.get('query')).toBe('up{job="nodes"} == 0');
    expect((await call(TOOL, { job: 'node' })).text).toContain('Targets now: 0 down, 3 up.');
  });

  it('folds targets that are down alike, and says that one was down before the window', async () => {
    const labels = (index: number) => ({ job: 'node', instance: `node-${index}` });
    const targets = Array.from({ length: 20 }, (_, index) => ({
      labels: labels(index),
      health: 'down',
      lastError: `Get "http://10.0.0.${index}:9100/metrics": context deadline exceeded`,
    }));
    const series = { 'up == 0': [sampled({ __name__: 'up', ...labels(0) }, () => 0)] };
    const { call } = await world({ series, targets });
    const { text } = await call(TOOL);
    expect(text).toMatchInlineSnapshot(`
      "Targets now: 20 down, 0 up.
      down since before 2026-11-21T02:12:00Z  {job="node", instance="node-0"}
      down now, but not at the end of the window  {job="node", instance="node-1"}
      down now, but not at the end of the window  {job="node", instance="node-2"}
      down now, but not at the end of the window  {job="node", instance="node-3"}
      down now, but not at the end of the window  {job="node", instance="node-4"}
      15 more of job node
        error: Get "<address>": context deadline exceeded"
    `);
  });

  it('falls back on the metric up where the system tells no targets, and says so', async () => {
    const series = {
      ...prometheusWorld.series,
      'count by (job) (up != 0)': [
        sampled({ job: 'shop' }, () => 3),
        sampled({ job: 'node' }, () => 2),
      ],
    };
    const { call } = await world({ ...prometheusWorld, series, absent: ['/api/v1/targets'] });
    const { text } = await call(TOOL);
    expect(text).toMatchInlineSnapshot(`
      "Targets now: 1 down, 5 up.
      down since 2026-11-21T02:47:00Z  {job="shop", instance="10.1.2.3:8080", namespace="shop", pod="checkout-6b9f7c9d4-x2x4p"}
      Down between 2026-11-21T02:12:00Z and 2026-11-21T03:12:00Z, but not now:
        {job="node", instance="node-b", namespace="monitoring"}  2026-11-21T02:20:00Z to 2026-11-21T02:23:45Z
      Up: shop 3, node 2
      Note: This Prometheus does not tell its targets (HTTP 404): not every system that answers PromQL does. This is from the metric up at the end of the window, without errors."
    `);
  });

  it('falls back in the same way where there are too many targets to read', async () => {
    const targets = Array.from({ length: 200 }, (_, index) => ({
      labels: { job: 'node', instance: `node-${index}` },
      health: 'up',
      discoveredLabels: { __meta: 'x'.repeat(1_000) },
    }));
    const series = { 'count by (job) (up != 0)': [sampled({ job: 'node' }, () => 200)] };
    const { call } = await world({ series, targets }, { maxBytes: 100_000 });
    const { text } = await call(TOOL);
    expect(text).toContain('Targets now: 0 down, 200 up.');
    expect(text).toContain('Note: Prometheus answered with more than 0.1 MiB');
  });
});
