import { describe, expect, it, onTestFinished } from 'vitest';
import { createKubernetesClient } from '../../../src/tools/kubernetes/client.ts';
import { probeKubernetes } from '../../../src/tools/kubernetes/probe.ts';
import { RESOURCES } from '../../../src/tools/kubernetes/resources.ts';
import { type FakeKubernetesOptions, startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { redact } from '../run.ts';
import { SHOP } from '../shop.ts';

async function probe(options: Partial<FakeKubernetesOptions> = {}, namespaces?: string[]) {
  const fake = await startFakeKubernetes({ objects: SHOP, ...options });
  onTestFinished(() => fake.close());
  const client = createKubernetesClient({ url: fake.url, namespaces }, redact);
  return { fake, results: await probeKubernetes(client, new AbortController().signal) };
}

const ALL = Object.keys(RESOURCES).length;

describe('probeKubernetes', () => {
  it('reads one object of each resource of the table', async () => {
    const { fake, results } = await probe();
    expect(results.map(({ detail }) => detail)).toEqual([
      'API server v1.34.1',
      `${ALL} of ${ALL} resources may be listed`,
    ]);
    const lists = fake.requests.slice(1);
    expect(lists).toHaveLength(ALL);
    expect(lists.every(({ params }) => params.get('limit') === '1')).toBe(true);
  });

  it('has a result with advice for each resource that RBAC refuses', async () => {
    const { results } = await probe({ forbidden: ['list /nodes', 'list metrics.k8s.io/nodes'] });
    expect(results.filter(({ ok }) => !ok)).toMatchObject([
      {
        system: 'Kubernetes nodes',
        detail: 'RBAC does not allow this service account to list nodes (403).',
        advice: 'Grant get and list on nodes to the service account (a read-only ClusterRole).',
      },
      {
        system: 'Kubernetes nodemetrics',
        advice:
          'Grant get and list on nodes.metrics.k8s.io to the service account (a read-only ClusterRole).',
      },
    ]);
  });

  it('takes an API that the cluster does not have for no fault', async () => {
    const { results } = await probe({ absentGroups: ['metrics.k8s.io'] });
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(results[1]?.detail).toBe(
      `${ALL - 2} of ${ALL} resources may be listed; not in this cluster: podmetrics, nodemetrics`,
    );
  });

  it('asks within the allowed namespaces only', async () => {
    const { fake, results } = await probe({}, ['shop', 'web']);
    expect(results[1]?.detail).toBe(`${ALL} of ${ALL} resources may be listed in shop, web`);
    expect(fake.requests.map(({ path }) => path)).not.toContain('/api/v1/pods');
  });

  it('stops at a door that does not open', async () => {
    const { results } = await probe({ token: 'another' });
    expect(results).toMatchObject([{ system: 'Kubernetes', ok: false }]);
  });
});
