import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connections, createToolset, probeSystems } from '../../src/tools/toolset.ts';
import type { HttpFake } from '../fakes/http-fake.ts';
import { startFakeKubernetes } from '../fakes/kubernetes.ts';
import { startFakeLoki } from '../fakes/loki.ts';
import { startFakePrometheus } from '../fakes/prometheus.ts';
import { run } from './run.ts';
import { SHOP } from './shop.ts';

let fakes: HttpFake[];
let connections: Connections;
beforeAll(async () => {
  const kubernetes = await startFakeKubernetes({ objects: SHOP, forbidden: ['list nodes'] });
  const prometheus = await startFakePrometheus({ series: {} });
  const loki = await startFakeLoki({ streams: [] });
  fakes = [kubernetes, prometheus, loki];
  connections = { kubernetes: { url: kubernetes.url }, prometheus, loki };
});
afterAll(async () => {
  await Promise.all(fakes.map((fake) => fake.close()));
});

/** Everything that may ever be asked of a system. What reads in one that is not here needs a look by a person. */
const READS = [
  /^GET \/version$/,
  /^GET \/api\/v1\/(nodes|namespaces|pods|events)$/,
  /^GET \/api\/v1\/namespaces\/[a-z0-9-]+$/,
  /^GET \/api\/v1\/namespaces\/[a-z0-9-]+\/(pods|events)(\/[a-z0-9.-]+)?$/,
  /^GET \/apis\/apps\/v1\/(deployments|replicasets)$/,
  /^POST \/api\/v1\/query(_range)?$/,
  /^GET \/loki\/api\/v1\/(labels|query_range)$/,
];

/** One call at least of every tool; a new tool without one fails the test below. */
const CALLS: [name: string, args: Record<string, unknown>][] = [
  ['kubectl_get_pods', { namespace: 'shop', label_selector: 'app=cart' }],
  ['kubectl_get_pods', { namespace: 'nope' }],
  ['kubectl_describe_pod', { namespace: 'shop', name: 'search-0' }],
  ['query_prometheus', { query: 'up', time_range: '10m' }],
  ['search_logs', { query: '{app="a"}', limit: 5, since: '10m' }],
];

describe('the tools together', () => {
  it('send nothing but reads, on known paths', async () => {
    const tools = createToolset(connections);
    expect(new Set(CALLS.map(([name]) => name))).toEqual(new Set(tools.map(({ name }) => name)));
    for (const [name, args] of CALLS) await run(tools, name, args);
    await probeSystems(connections, new AbortController().signal);
    const requests = fakes.flatMap((fake) =>
      fake.requests.map(({ method, path }) => `${method} ${path}`),
    );
    expect(requests.length).toBeGreaterThan(CALLS.length);
    expect(requests.filter((request) => !READS.some((read) => read.test(request)))).toEqual([]);
  });
});

describe('probeSystems', () => {
  it('says what works and which read RBAC refuses, with what to do', async () => {
    const probes = await probeSystems(connections, new AbortController().signal);
    expect(probes.filter(({ ok }) => !ok)).toEqual([
      {
        system: 'Kubernetes nodes',
        ok: false,
        detail: 'RBAC does not allow this service account to list nodes (403).',
        advice: 'Grant get and list on nodes to the service account (a read-only ClusterRole).',
      },
    ]);
    expect(probes.map(({ system }) => system)).toEqual([
      'Kubernetes',
      ...['pods', 'events', 'nodes', 'namespaces', 'deployments', 'replicasets'].map(
        (it) => `Kubernetes ${it}`,
      ),
      'Prometheus',
      'Loki',
    ]);
  });

  it('asks within the allowed namespaces only', async () => {
    const kubernetes = await startFakeKubernetes({ objects: SHOP, forbidden: [] });
    const probes = await probeSystems(
      { kubernetes: { url: kubernetes.url, namespaces: ['shop', 'web'] } },
      new AbortController().signal,
    );
    expect(probes.every(({ ok }) => ok)).toBe(true);
    expect(probes[1]?.detail).toBe('may be listed in shop, web');
    expect(kubernetes.requests.map(({ path }) => path)).not.toContain('/api/v1/pods');
    await kubernetes.close();
  });

  it('has one failure with advice for each system that is dead', async () => {
    const dead = await startFakeLoki({ streams: [] });
    await dead.close();
    const probes = await probeSystems(
      { kubernetes: dead, prometheus: dead, loki: dead },
      new AbortController().signal,
    );
    expect(probes).toEqual([
      {
        system: 'Kubernetes',
        ok: false,
        detail: expect.stringContaining('cannot be reached'),
        advice: expect.stringContaining('`kubernetes`'),
      },
      {
        system: 'Prometheus',
        ok: false,
        detail: expect.stringContaining('cannot be reached'),
        advice: expect.stringContaining('`prometheus.url`'),
      },
      {
        system: 'Loki',
        ok: false,
        detail: expect.stringContaining('cannot be reached'),
        advice: expect.stringContaining('`loki.url`'),
      },
    ]);
  });
});
