import { describe, expect, it } from 'vitest';
import { toolError } from '../run.ts';
import { namespace, pod } from '../shop.ts';
import { openCluster } from './cluster.ts';
import { object } from './fixtures/workloads.ts';

const clusterWide = { metadata: { namespace: undefined } };

function limited(
  name: string,
  containers: Record<string, [request: string, limit: string | null]>,
  namespace = 'shop',
) {
  return pod({
    name,
    namespace,
    spec: {
      containers: Object.entries(containers).map(([container, [request, limit]]) => ({
        name: container,
        image: 'app:1',
        resources: {
          requests: { cpu: '100m', memory: request },
          limits: limit === null ? {} : { cpu: '1', memory: limit },
        },
      })),
    },
  });
}

function measured(
  name: string,
  usage: Record<string, [cpu: string, memory: string]>,
  namespace = 'shop',
) {
  return object(
    'metrics.k8s.io/v1beta1',
    'PodMetrics',
    { name, namespace },
    {
      timestamp: '2026-11-21T03:11:30Z',
      window: '15s',
      containers: Object.entries(usage).map(([container, [cpu, memory]]) => ({
        name: container,
        usage: { cpu, memory },
      })),
    },
  );
}

const POD_WORLD = [
  limited('cart', { app: ['64Mi', '128Mi'] }),
  measured('cart', { app: ['12m', '60Mi'] }),
  limited('checkout', { app: ['128Mi', '256Mi'], proxy: ['32Mi', null] }),
  measured('checkout', { app: ['184213000n', '257024Ki'], proxy: ['950m', '31Mi'] }),
];

const node = (name: string) =>
  object(
    'v1',
    'Node',
    { name, ...clusterWide },
    {
      status: { allocatable: { cpu: '3920m', memory: '8Gi' } },
    },
  );
const nodeMetrics = (name: string, cpu: string, memory: string) =>
  object(
    'metrics.k8s.io/v1beta1',
    'NodeMetrics',
    { name, ...clusterWide },
    {
      timestamp: '2026-11-21T03:20:00Z',
      usage: { cpu, memory },
    },
  );

describe('kubectl_top', () => {
  it('shows containers beside their requests and limits, the highest share first', async () => {
    const { call } = await openCluster({ objects: POD_WORLD });
    const { text, structured } = await call('kubectl_top', { kind: 'pods', namespace: 'shop' });
    expect(text).toMatchInlineSnapshot(`
      "Namespace shop: 3 containers, the highest share first. Measured at 2026-11-21T03:11:30Z.
      NAME            CPU   REQUEST  LIMIT  %LIMIT  MEMORY  REQUEST  LIMIT  %LIMIT
      checkout/app    185m  100m     1      18%     251Mi   128Mi    256Mi  98%
      cart            12m   100m     1      1%      60Mi    64Mi     128Mi  47%
      checkout/proxy  950m  100m     -      -       31Mi    32Mi     -      -"
    `);
    expect(structured.usage).toMatchObject([
      {
        name: 'checkout',
        container: 'app',
        cpu: { request: 0.1, limit: 1, percent: 18 },
        memory: { used: 257024 * 1024, limit: 256 * 1024 ** 2, percent: 98 },
      },
      { name: 'cart', memory: { percent: 47 } },
      { name: 'checkout', container: 'proxy', memory: { limit: null, percent: null } },
    ]);
  });

  it('shows nodes beside what is allocatable, and says that it is not of the window', async () => {
    const objects = [
      node('node-a'),
      nodeMetrics('node-a', '1240m', '2Gi'),
      node('node-b'),
      nodeMetrics('node-b', '310m', '7Gi'),
    ];
    const { call } = await openCluster({ objects });
    const { text } = await call('kubectl_top', { kind: 'nodes' });
    expect(text).toMatchInlineSnapshot(`
      "2 nodes, the highest share first. Measured at 2026-11-21T03:20:00Z, after the window.
      NAME    CPU   ALLOCATABLE  %    MEMORY  ALLOCATABLE  %
      node-b  310m  3.92         8%   7Gi     8Gi          88%
      node-a  1.24  3.92         32%  2Gi     8Gi          25%"
    `);
  });

  it.each(['pods', 'nodes'])(
    'shows what %s use though requests and limits are denied',
    async (kind) => {
      const objects = [...POD_WORLD, nodeMetrics('node-a', '1', '2Gi')];
      const { call } = await openCluster({ objects, forbidden: [`list /${kind}`] });
      const { text, structured } = await call('kubectl_top', { kind });
      expect(structured.usage).toContainEqual(
        expect.objectContaining({
          memory: expect.objectContaining({ limit: null, percent: null }),
        }),
      );
      expect(text).toContain(`Note: RBAC does not allow this service account to list ${kind}`);
    },
  );

  it.each([
    [
      'pods',
      404,
      'is not installed in this cluster (404). Use query_prometheus instead: container_memory',
    ],
    ['nodes', 404, 'Use query_prometheus instead: node_memory'],
  ])('says what to use instead where %s have no metrics API', async (kind, _, words) => {
    const { call } = await openCluster({ objects: POD_WORLD, absentGroups: ['metrics.k8s.io'] });
    expect(await toolError(call('kubectl_top', { kind }))).toContain(words);
  });

  it('says that a metrics server does not answer', async () => {
    const { call, fake } = await openCluster({ objects: [] });
    const body = {
      kind: 'Status',
      message: 'the server is currently unable to handle the request',
    };
    const reply = { kind: 'reply' as const, reply: { status: 503, body } };
    fake.failNext(reply, reply);
    expect(await toolError(call('kubectl_top', { kind: 'pods' }))).toContain(
      'The metrics API (metrics.k8s.io) does not answer (503).',
    );
  });

  it('says that there are none', async () => {
    const { call } = await openCluster({ objects: [namespace('shop')] });
    const { text } = await call('kubectl_top', { kind: 'pods', namespace: 'shop' });
    expect(text).toBe('There are no metrics of pods (Namespace shop).');
  });

  it('says which nodes and which running pods are not measured, and in what state they are', async () => {
    const conditions = [{ type: 'Ready', status: 'Unknown' }];
    const lost = object(
      'v1',
      'Node',
      { name: 'node-c', ...clusterWide },
      { status: { conditions } },
    );
    const objects = [
      node('node-a'),
      nodeMetrics('node-a', '1240m', '2Gi'),
      lost,
      ...POD_WORLD,
      limited('search', { app: ['1Mi', '2Mi'] }),
      pod({ name: 'done', status: { phase: 'Succeeded' } }),
    ];
    const { call } = await openCluster({ objects });
    const nodes = await call('kubectl_top', { kind: 'nodes' });
    expect(nodes.text).toMatch(/\nNo metrics of node-c \(NotReady\)\.$/);
    expect(nodes.structured.unmeasured).toEqual([
      { namespace: '', name: 'node-c', status: 'NotReady' },
    ]);
    const pods = await call('kubectl_top', { kind: 'pods', namespace: 'shop' });
    expect(pods.text).toMatch(/\nNo metrics of search \(Running\)\.$/);
    const all = await call('kubectl_top', { kind: 'pods' });
    expect(all.text).toMatch(/\nNo metrics of shop\/search \(Running\)\.$/);
  });

  it.each([
    ['pods', ['pod', 'po', 'Pod', 'podmetrics']],
    ['nodes', ['node', 'no', 'Nodes']],
  ])('takes every name that kubectl takes for %s, and no other', async (kind, names) => {
    const { call } = await openCluster({ objects: POD_WORLD });
    for (const name of names) {
      expect((await call('kubectl_top', { kind: name })).structured.kind).toBe(kind);
    }
    expect(await toolError(call('kubectl_top', { kind: 'deploy' }))).toContain(
      'What deployments use is not measured, only what pods and nodes do',
    );
  });

  it('shows fifty of very many, and how high the others are', async () => {
    const objects = Array.from({ length: 80 }, (_, index) => [
      limited(`p-${index}`, { app: ['1Mi', '100Mi'] }),
      measured(`p-${index}`, { app: ['0', `${index}Mi`] }),
    ]).flat();
    const { call } = await openCluster({ objects });
    const { text } = await call('kubectl_top', { kind: 'pods' });
    expect(text.split('\n')).toHaveLength(53);
    expect(text).toContain('30 more at 29% or less left out: name a namespace to see them.');
  });

  it('reads the allowed namespaces only', async () => {
    const objects = [...POD_WORLD, measured('spy', { app: ['1', '1Gi'] }, 'kube-system')];
    const { call, paths } = await openCluster({ objects }, { namespaces: ['shop'] });
    expect((await call('kubectl_top', { kind: 'pods' })).text).not.toContain('spy');
    expect(paths().every((path) => path.includes('/namespaces/shop/'))).toBe(true);
  });
});
