import { afterEach, describe, expect, it } from 'vitest';
import { createKubernetesClient } from '../../../src/tools/kubernetes/client.ts';
import { resourceTree } from '../../../src/tools/kubernetes/tree/resource-tree.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import {
  type FakeKubernetesOptions,
  type KubernetesObject,
  startFakeKubernetes,
} from '../../fakes/kubernetes.ts';
import { changesObjects } from '../examples/changes.ts';
import { redact, run, toolError } from '../run.ts';
import { OOM_POD, pod, SHOP } from '../shop.ts';
import { container, deployment, object } from './fixtures/workloads.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

const NIGHT = [...SHOP, ...changesObjects];

async function cluster(
  objects: KubernetesObject[] = NIGHT,
  options: Partial<FakeKubernetesOptions> = {},
) {
  const fake = await startFakeKubernetes({ objects, ...options });
  open.push(fake);
  const tools = [resourceTree(createKubernetesClient({ url: fake.url }, redact))];
  const tree = (kind: string, name: string) =>
    run(tools, 'kubectl_tree', { namespace: 'shop', kind, name });
  return { fake, tree };
}

const service = (name: string, spec: Record<string, unknown>) =>
  object('v1', 'Service', { name }, { spec: { type: 'ClusterIP', ...spec } });

describe('kubectl_tree', () => {
  it('shows what leads to a Deployment and what it needs, what does not fit first', async () => {
    const { tree } = await cluster();
    expect((await tree('deployment', 'checkout')).text).toMatchInlineSnapshot(`
      "Deployment/checkout in namespace shop: 7 do not fit.
      ! Ingress shop: shop.example/admin leads to Service checkout-admin port 9091, which has 9090 (admin)
      ! Ingress shop: shop.example/legacy leads to Service checkout-legacy, which does not exist
      ! Service checkout: 1 of 3 endpoints not ready: checkout-6b9f7c9d4-x2x4p
      ! Service checkout-canary selects no pod: it asks for app=checkout, track=canary; closest is Deployment/checkout, which has no track
      ! Service checkout-admin port 9090 leads to port admin, which no container of Deployment/checkout has (there are: http 8080)
      ! Node node-b, with 1 of the pods, is not ready: NodeStatusUnknown
      ! HorizontalPodAutoscaler checkout is at its maximum of 3
      Ingress shop
        shop.example/checkout  → checkout:80
        shop.example/admin     → checkout-admin:9091
        shop.example/legacy    → checkout-legacy:80
      Service checkout: 80→http; app=checkout; 2 of 3 endpoints ready
      Service checkout-canary: 80→http; app=checkout, track=canary; no endpoints
      Service checkout-admin: 9090→admin; app=checkout; no endpoints
      Deployment checkout: 3 of 3 pods, 2 healthy
        checkout-6b9f7c9d4-x2x4p  CrashLoopBackOff 0/1  7 restarts  node-a
        checkout-7d5c9f8b6-k8s2p  Running 1/1                       node-a
        checkout-7d5c9f8b6-m4w7z  Running 1/1                       node-b
      ConfigMaps: checkout (CACHE_TTL, PAYMENT_TIMEOUT_MS)
      Secrets (not readable): orders-db
      PersistentVolumeClaims: checkout-data Bound
      Nodes: node-b NOT READY (1 pods); node-a ready (2 pods)
      HorizontalPodAutoscaler checkout: 3 pods, wants 3, from 2 to 3
      PodDisruptionBudget checkout: allows 0 disruptions
      NetworkPolicy from-ingress-only: limits Ingress"
    `);
  });

  it.each([
    ['Pod', OOM_POD.metadata.name],
    ['svc', 'checkout'],
    ['ingress', 'shop'],
  ])('starts from a %s as well', async (kind, name) => {
    const { tree } = await cluster();
    const { structured } = await tree(kind, name);
    expect(structured).toMatchObject({
      ingresses: [{ name: 'shop' }],
      services: expect.arrayContaining([
        expect.objectContaining({
          name: 'checkout',
          endpoints: { ready: 2, notReady: [OOM_POD.metadata.name] },
        }),
      ]),
      workloads: [{ kind: 'Deployment', name: 'checkout', wanted: 3 }],
      autoscalers: [{ name: 'checkout', max: 3 }],
      budgets: [{ name: 'checkout', disruptionsAllowed: 0 }],
      policies: [{ name: 'from-ingress-only' }],
      needs: { claims: [{ name: 'checkout-data', phase: 'Bound' }] },
    });
  });

  it('says that everything fits', async () => {
    const { tree } = await cluster([
      deployment({
        name: 'web',
        replicas: 1,
        template: { containers: [container({ ports: [{ containerPort: 8080, name: 'http' }] })] },
      }),
      pod({ name: 'web-1-a', labels: { app: 'web' }, owner: { kind: 'Deployment', name: 'web' } }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }),
      object(
        'v1',
        'Node',
        { name: 'node-a' },
        {
          status: { conditions: [{ type: 'Ready', status: 'True' }] },
        },
      ),
    ]);
    const { text } = await tree('deploy', 'web');
    expect(text).toContain('Deployment/web in namespace shop: everything fits together.');
    expect(text).toContain('Nodes: node-a ready (1 pods)');
  });

  it('tells a Service whose Deployment has no pod from one whose selector is wrong', async () => {
    const { tree } = await cluster([
      deployment({ name: 'web', replicas: 0, labels: {}, template: {} }),
      service('web', { selector: { app: 'web' }, ports: [] }),
      service('web-old', { selector: { app: 'web', tier: 'front' }, ports: [] }),
      service('else', { selector: { app: 'nothing' }, ports: [] }),
    ]);
    const { structured } = await tree('deployment', 'web');
    expect(structured.problems).toEqual([
      'Service web selects no pod: Deployment/web has none (wants 0)',
      'Service web-old selects no pod: it asks for app=web, tier=front; closest is Deployment/web, which has no tier',
    ]);
    expect((await tree('service', 'else')).structured.problems).toEqual([
      'Service else selects no pod: it asks for app=nothing, and nothing here has any of that',
    ]);
  });

  it('says nothing of the selector of a Service that has none, or is elsewhere', async () => {
    const { tree } = await cluster([
      service('manual', { ports: [{ port: 80 }] }),
      service('far', { type: 'ExternalName', externalName: 'db.example' }),
    ]);
    expect((await tree('service', 'manual')).structured.problems).toEqual([]);
    expect((await tree('service', 'far')).structured.problems).toEqual([]);
  });

  it.each([
    ['http', [], 'port http, which no container of Deployment/web has (there are: none)'],
    [9090, [{ containerPort: 8080 }], 'declares (there are: 8080)'],
    [9090, [], null],
    ['http', [{ name: 'http', containerPort: 8080 }], null],
  ])('says whether target port %j is one of %j', async (targetPort, ports, words) => {
    const { tree } = await cluster([
      deployment({ name: 'web', template: { containers: [container({ ports })] } }),
      pod({
        name: 'web-1',
        labels: { app: 'web' },
        owner: { kind: 'Deployment', name: 'web' },
        spec: { nodeName: '' },
      }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort }] }),
    ]);
    const { structured } = await tree('deployment', 'web');
    expect(structured.problems).toEqual(words === null ? [] : [expect.stringContaining(words)]);
  });

  it('finds what pods need and is not there, and never reads a Secret', async () => {
    const { fake, tree } = await cluster([
      pod({
        name: 'p',
        spec: {
          nodeName: 'gone',
          serviceAccountName: 'robot',
          containers: [
            container({
              envFrom: [{ configMapRef: { name: 'nope' } }, { secretRef: { name: 'hidden' } }],
            }),
          ],
          volumes: [
            { name: 'a', persistentVolumeClaim: { claimName: 'none' } },
            { name: 'b', persistentVolumeClaim: { claimName: 'waiting' } },
            { name: 'c', configMap: { name: 'maybe', optional: true } },
          ],
        },
      }),
      object('v1', 'PersistentVolumeClaim', { name: 'waiting' }, { status: { phase: 'Pending' } }),
    ]);
    const { structured } = await tree('pod', 'p');
    expect(structured.problems).toEqual([
      'ConfigMap nope does not exist (env from of container app)',
      'PersistentVolumeClaim none does not exist',
      'PersistentVolumeClaim waiting is Pending',
      'ServiceAccount robot does not exist',
      'Node gone, with 1 of the pods, does not exist',
    ]);
    expect(structured.needs).toMatchObject({ secrets: ['hidden'] });
    expect(fake.requests.filter(({ path }) => path.includes('secrets'))).toEqual([]);
  });

  it('finds the pods of a CronJob by its Jobs, and shows one without any', async () => {
    const { tree } = await cluster([
      object('batch/v1', 'CronJob', { name: 'report' }, { spec: {} }),
      object('batch/v1', 'CronJob', { name: 'never' }, { spec: {} }),
      object('batch/v1', 'Job', { name: 'report-1', owner: { kind: 'CronJob', name: 'report' } }),
      pod({ name: 'report-1-x', owner: { kind: 'Job', name: 'report-1' }, labels: {} }),
    ]);
    expect((await tree('cronjob', 'report')).structured.workloads).toMatchObject([
      { kind: 'CronJob', name: 'report', pods: [{ name: 'report-1-x' }] },
    ]);
    expect((await tree('cj', 'never')).text).toContain('CronJob never: 0 pods, 0 healthy');
  });

  it('stays small for many pods and nodes, and lists the nodes instead of reading each', async () => {
    const { fake, tree } = await cluster([
      deployment({ name: 'web', replicas: 60 }),
      ...Array.from({ length: 60 }, (_, index) =>
        pod({
          name: `web-1-${index}`,
          labels: { app: 'web' },
          owner: { kind: 'Deployment', name: 'web' },
          spec: { nodeName: `node-${index}` },
        }),
      ),
    ]);
    const { text, structured } = await tree('deployment', 'web');
    expect(text).toContain('52 more Running');
    expect(text).toContain('52 more');
    expect(text.split('\n').length).toBeLessThan(75);
    expect(structured.needs).toMatchObject({ nodes: { length: 60 } });
    expect(fake.requests.filter(({ path }) => path.startsWith('/api/v1/nodes'))).toHaveLength(1);
  });

  it('says nothing of what RBAC or an absent API hides, but that it is hidden', async () => {
    const { tree } = await cluster(NIGHT, {
      forbidden: [
        'list services',
        'list persistentvolumeclaims',
        'list serviceaccounts',
        'get nodes',
      ],
      absentGroups: ['discovery.k8s.io', 'autoscaling'],
    });
    const { structured } = await tree('ingress', 'shop');
    expect(structured).toMatchObject({ problems: [], services: [] });
    expect(structured.gaps).toContain(
      'RBAC does not allow this service account to list services in namespace shop (403).',
    );
    const workload = await tree('deployment', 'checkout');
    expect(workload.structured.problems).toEqual([]);
    expect(workload.text).toContain('node-a unknown');
    expect(workload.text).toContain('has no resource endpointslices');
  });

  it('says that there is no such object, and where a tree can start', async () => {
    const { tree } = await cluster();
    expect(await toolError(tree('deployment', 'nope'))).toBe(
      'There is no deployment nope in namespace shop.',
    );
    expect(await toolError(tree('configmap', 'checkout'))).toContain(
      'A tree cannot start from configmaps. Start from deployments,',
    );
    expect(await toolError(tree('secret', 'x'))).toContain('Secrets are never read');
  });
});
