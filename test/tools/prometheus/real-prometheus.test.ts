import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { TimeWindow } from '../../../src/alert/window.ts';
import { createToolset } from '../../../src/tools/toolset.ts';
import {
  type Prometheus,
  startPrometheus,
  startTarget,
  type Target,
} from '../../e2e/monitoring.ts';
import { scratchDirectory } from '../../services/scratch.ts';
import { redact } from '../run.ts';
import { findPrometheus } from './three-namespaces.ts';

const binaries = findPrometheus();
const EXPRESSION = 'shop_queue_depth > 100';

describe.skipIf(binaries === null)('the tools on a real Prometheus', () => {
  let target: Target;
  let prometheus: Prometheus;
  beforeAll(async () => {
    const scratch = await scratchDirectory();
    target = await startTarget('shop_queue_depth', 250);
    prometheus = await startPrometheus(binaries?.prometheus ?? '', {
      dir: scratch.dir,
      targetUrl: target.url,
      alert: { name: 'QueueTooDeep', expression: EXPRESSION, labels: { namespace: 'shop' } },
    });
    return async () => {
      await Promise.all([prometheus.stop(), target.stop()]);
      await scratch.remove();
    };
  });

  /** The text of a tool's answer over the last minute. */
  async function ask(
    name: string,
    args: Record<string, unknown> = {},
    namespaces?: readonly string[],
  ): Promise<string> {
    const tools = createToolset({ prometheus: { url: prometheus.url, namespaces } }, redact);
    const tool = tools.find((it) => it.name === name);
    if (!tool) throw new Error(`no tool ${name}`);
    const now = Date.now();
    const window: TimeWindow = {
      from: new Date(now - 60_000).toISOString(),
      to: new Date(now).toISOString(),
    };
    const { signal } = new AbortController();
    const output = await tool.run(tool.input.parse(args), { window, signal });
    tool.output.parse(output.structured);
    return output.text;
  }

  it('find an alert that fires, its rule and its history', async () => {
    await vi.waitFor(
      async () => expect(await ask('prometheus_alerts')).toContain('FIRING QueueTooDeep'),
      { timeout: 15_000, interval: 200 },
    );
    const text = await ask('prometheus_alerts', { name: 'QueueTooDeep' });
    expect(text).toMatch(
      /firing since .*, value 250 {2}\{instance=".*", job="shop", namespace="shop"\}/,
    );
    expect(text).toContain(`expr: ${EXPRESSION}`);
  });

  it('find series, labels, metadata and targets, and answer queries', async () => {
    expect(await ask('prometheus_series', { match: '{__name__=~"shop_.+"}' })).toContain(
      '1 series',
    );
    expect(await ask('prometheus_labels', { label: 'job' })).toContain('shop');
    expect(await ask('prometheus_labels', { match: 'up' })).toContain('instance');
    expect(await ask('prometheus_metadata', { metric: 'shop_queue_depth' })).toContain('gauge');
    expect(await ask('prometheus_metadata', { search: 'queue' })).toContain('shop_queue_depth');
    expect(await ask('prometheus_targets')).toContain('Targets now: 0 down, 1 up.');
    expect(await ask('query_prometheus_instant', { query: 'shop_queue_depth' })).toContain('250');
    expect(await ask('query_prometheus_instant', { query: 'scalar(shop_queue_depth)' })).toMatch(
      /: 250$/,
    );
    expect(await ask('query_prometheus', { query: EXPRESSION })).toContain('250');
  });

  it('pass its own reasons on', async () => {
    await expect(ask('query_prometheus', { query: 'rat(up[5m])' })).rejects.toThrow(
      '1:1: parse error: unknown function with name "rat"',
    );
    await expect(ask('prometheus_series', { match: '{}' })).rejects.toThrow('match[]');
  });

  it('see nothing beyond the allowed namespaces but alerts that are about them', async () => {
    const limited = (name: string, args: Record<string, unknown> = {}) => ask(name, args, ['shop']);
    expect(await limited('query_prometheus', { query: 'shop_queue_depth' })).toContain('No series');
    expect(await limited('prometheus_labels', { label: 'job' })).toContain('shop');
    expect(await limited('prometheus_labels', { label: '__name__' })).not.toContain('shop_queue');
    expect(await limited('prometheus_metadata', { metric: 'shop_queue_depth' })).toContain(
      'There is no',
    );
    expect(await limited('prometheus_targets')).toContain(
      'targets of other namespaces, not shown: 1',
    );
    expect(await limited('prometheus_alerts')).toContain('FIRING QueueTooDeep');
    expect(await ask('prometheus_alerts', {}, ['pay'])).toContain(
      'rules about other namespaces, not shown: 1',
    );
  });
});
