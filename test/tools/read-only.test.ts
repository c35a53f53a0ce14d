import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeSystems } from '../../src/tools/toolset.ts';
import type { HttpFake } from '../fakes/http-fake.ts';
import { startFakeLoki } from '../fakes/loki.ts';
import { type ExampleWorld, examples, startExampleWorld } from './examples/world.ts';
import { redact, run } from './run.ts';

let world: ExampleWorld;
beforeAll(async () => {
  world = await startExampleWorld();
  for (const { tool, args } of examples) await run(world.tools, tool, args);
  await world.readEveryKind();
  await probeSystems(world.connections, redact, new AbortController().signal);
});
afterAll(() => world.close());

function requestsOf({ requests }: HttpFake): string[] {
  return [...new Set(requests.map(({ method, path }) => `${method} ${path}`))];
}

/** Of an API server: reads of collections and objects, and logs. Which resources, the role in deploy/rbac says. */
const CLUSTER_READS = [
  /^GET \/version$/,
  /^GET \/(?:api|apis\/[a-z0-9.]+)\/v\w+(?:\/namespaces\/[a-z0-9-]+)?\/[a-z]+(?:\/[a-z0-9.-]+)?$/,
  /^GET \/api\/v1\/namespaces\/[a-z0-9-]+\/pods\/[a-z0-9.-]+\/log$/,
];
/** A POST of these is a query that is too long for a URL: https://prometheus.io/docs/prometheus/latest/querying/api/ */
const PROMETHEUS_READS = [
  /^POST \/api\/v1\/(?:query|query_range|series|labels)$/,
  /^GET \/api\/v1\/(?:metadata|rules|targets)$/,
  /^GET \/api\/v1\/label\/\w+\/values$/,
];
const LOKI_READS = [
  /^GET \/loki\/api\/v1\/(?:labels|query_range|series|index\/stats|index\/volume)$/,
  /^GET \/loki\/api\/v1\/label\/\w+\/values$/,
];

describe('all tools together', () => {
  it('are each called at least once here', () => {
    const called = new Set(examples.map(({ tool }) => tool));
    expect([...called].sort()).toEqual(world.tools.map(({ name }) => name).sort());
  });

  it.each([
    ['Kubernetes', CLUSTER_READS, () => world.kubernetes, 50],
    ['Prometheus', PROMETHEUS_READS, () => world.prometheus, 6],
    ['Loki', LOKI_READS, () => world.loki, 4],
  ] as const)('send %s nothing but reads, on known paths', (_name, reads, fake, least) => {
    const requests = requestsOf(fake());
    expect(requests.length).toBeGreaterThanOrEqual(least);
    expect(requests.filter((request) => !reads.some((read) => read.test(request)))).toEqual([]);
  });

  it('never ask for a Secret', () => {
    const about = world.kubernetes.requests.filter(({ path }) => /secret/i.test(path));
    expect(about).toEqual([]);
  });

  it('refuse to be asked for one, by whatever name', async () => {
    const before = world.kubernetes.requests.length;
    for (const kind of ['Secret', 'secrets', 'SECRET', 'secrets/status', '../secrets']) {
      const asked = run(world.tools, 'kubectl_get', { kind, namespace: 'shop' });
      await expect(asked).rejects.toThrow();
    }
    expect(world.kubernetes.requests.length).toBe(before);
  });
});

describe('probeSystems', () => {
  it('reads a little of each system that is configured', async () => {
    const probes = await probeSystems(world.connections, redact, new AbortController().signal);
    expect(probes.filter(({ ok }) => !ok)).toEqual([]);
    expect(probes.map(({ system }) => system)).toEqual([
      'Kubernetes',
      'Kubernetes reads',
      'Prometheus',
      'Loki',
    ]);
  });

  it('has one failure with advice for each system that is dead', async () => {
    const dead = await startFakeLoki({ streams: [] });
    await dead.close();
    const probes = await probeSystems(
      { kubernetes: dead, prometheus: dead, loki: dead },
      redact,
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
