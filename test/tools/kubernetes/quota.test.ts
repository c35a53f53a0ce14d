import { afterEach, describe, expect, it } from 'vitest';
import { createKubernetesClient } from '../../../src/tools/kubernetes/client.ts';
import { quotas } from '../../../src/tools/kubernetes/quota/kubectl-quota.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import {
  type FakeKubernetesOptions,
  type KubernetesObject,
  startFakeKubernetes,
} from '../../fakes/kubernetes.ts';
import { changesObjects } from '../examples/changes.ts';
import { redact, run, toolError } from '../run.ts';
import { event, namespace } from '../shop.ts';
import { object, replicaSet } from './fixtures/workloads.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

async function cluster(
  objects: KubernetesObject[] = changesObjects,
  options: Partial<FakeKubernetesOptions> = {},
) {
  const fake = await startFakeKubernetes({ objects, ...options });
  open.push(fake);
  const tools = [quotas(createKubernetesClient({ url: fake.url }, redact))];
  const ask = (args: Record<string, unknown> = { namespace: 'shop' }) =>
    run(tools, 'kubectl_quota', args);
  return { fake, ask };
}

function quota(name: string, hard: object, used: object, namespace = 'shop') {
  return object(
    'v1',
    'ResourceQuota',
    { name, namespace },
    { spec: { hard }, status: { hard, used } },
  );
}

describe('kubectl_quota', () => {
  it('says who is refused and what is full, then the rest, the highest share first', async () => {
    const { ask } = await cluster();
    expect((await ask()).text).toMatchInlineSnapshot(`
      "Namespace shop: FULL: limits.memory (compute).
      Pods that are refused:
        ReplicaSet/cart-78c5f has 3 of 10 pods: exceeded quota: compute, requested: limits.memory=512Mi, used: limits.memory=8Gi, limited: limits.memory=8Gi (since 2026-11-21T02:50:05Z, last 2026-11-21T03:09:12Z, 14 times)
      QUOTA    RESOURCE       USED   HARD  SHARE
      compute  limits.memory  8Gi    8Gi   100%
      compute  requests.cpu   6500m  8     81%
      compute  pods           9      50    18%
      LimitRange defaults: Container: max memory=2Gi, default memory=512Mi, default request cpu=100m, memory=128Mi"
    `);
  });

  it('counts in the units of Kubernetes', async () => {
    const { ask } = await cluster([
      quota(
        'q',
        { 'requests.cpu': '2', 'limits.memory': '1Gi', 'services.nodeports': '0', pods: '10' },
        { 'requests.cpu': '1500m', 'limits.memory': '1048576Ki', 'services.nodeports': '0' },
      ),
    ]);
    const { text, structured } = await ask();
    expect(text).toContain('Namespace shop: FULL: limits.memory (q), services.nodeports (q).');
    expect(structured.quotas).toMatchObject([
      { resource: 'limits.memory', percent: 100 },
      { resource: 'services.nodeports', percent: 100 },
      { resource: 'requests.cpu', percent: 75 },
      { resource: 'pods', used: 'not counted yet', percent: null },
    ]);
  });

  it('names the namespace where there are several, and says when none is full', async () => {
    const { ask } = await cluster([
      quota('q', { pods: '10' }, { pods: '9' }),
      quota('q', { pods: '10' }, { pods: '1' }, 'quiet'),
    ]);
    const { text } = await ask({});
    expect(text).toMatch(/^All namespaces: no quota is full\.\nNAMESPACE/);
    expect(text).toMatch(/shop +q +pods +9 +10 +90%\nquiet +q +pods +1 +10 +10%/);
  });

  it('tells what events alone remember, each workload once, and nothing that is no quota', async () => {
    const about = (kind: string, name: string) => ({
      involvedObject: { kind, namespace: 'shop', name, uid: 'x' },
      count: 3,
      lastTimestamp: '2026-11-21T03:10:00Z',
    });
    const refused =
      'Error creating: pods "db-0" is forbidden: maximum memory usage per Container is 2Gi';
    const { ask } = await cluster([
      event('db', 'FailedCreate', refused, about('StatefulSet', 'db')),
      { ...event('db-2', 'FailedCreate', refused, about('StatefulSet', 'db')) },
      event('web', 'FailedCreate', 'serviceaccount "web" not found', about('ReplicaSet', 'web')),
      event('old', 'FailedCreate', refused, {
        ...about('Job', 'old'),
        lastTimestamp: '2026-11-21T01:00:00Z',
      }),
      replicaSet({
        of: 'web',
        name: 'web-1',
        revision: 1,
        template: {},
        status: {
          conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'webhook denied it' }],
        },
      }),
    ]);
    const { structured } = await ask();
    expect(structured.refusals).toEqual([
      {
        namespace: 'shop',
        object: 'StatefulSet/db',
        reason: 'maximum memory usage per Container is 2Gi',
        wanted: null,
        existing: null,
        since: null,
        lastAt: '2026-11-21T03:10:00Z',
        count: 6,
      },
    ]);
  });

  it('says that there is none', async () => {
    const { ask } = await cluster([namespace('shop')]);
    expect((await ask()).text).toBe('Namespace shop: no ResourceQuota.');
  });

  it('goes on without what RBAC denies, and fails when nothing can be read', async () => {
    const { ask } = await cluster(changesObjects, { forbidden: ['list resourcequotas'] });
    const { text } = await ask();
    expect(text).toContain('Namespace shop: quotas could not be read.');
    expect(text).toContain('ReplicaSet/cart-78c5f has 3 of 10 pods');
    expect(text).toContain('Note: RBAC does not allow this service account to list resourcequotas');
    const { fake, ask: askDead } = await cluster();
    await fake.close();
    expect(await toolError(askDead())).toContain('cannot be reached');
  });
});
