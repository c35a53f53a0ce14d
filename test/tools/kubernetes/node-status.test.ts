import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import { toolError } from '../run.ts';
import { event, pod } from '../shop.ts';
import { openCluster } from './cluster.ts';
import { object } from './fixtures/workloads.ts';

const READY = {
  type: 'Ready',
  status: 'True',
  reason: 'KubeletReady',
  lastTransitionTime: '2026-10-01T09:00:00Z',
};

function node(
  name: string,
  fields: { spec?: object; conditions?: object[]; roles?: string[] } = {},
) {
  const labels = Object.fromEntries(
    (fields.roles ?? []).map((role) => [`node-role.kubernetes.io/${role}`, '']),
  );
  return object(
    'v1',
    'Node',
    { name, labels, metadata: { namespace: undefined } },
    {
      spec: fields.spec ?? {},
      status: {
        conditions: fields.conditions ?? [READY],
        capacity: { cpu: '4', memory: '8Gi', pods: '110' },
        allocatable: { cpu: '3920m', memory: '7Gi', pods: '110' },
        nodeInfo: {
          kubeletVersion: 'v1.34.1',
          containerRuntimeVersion: 'containerd://2.1.4',
          kernelVersion: '6.12.0',
          osImage: 'Debian 13',
          architecture: 'amd64',
        },
      },
    },
  );
}

function requesting(name: string, nodeName: string, cpu: string, memory: string, more = {}) {
  return pod({
    name,
    spec: {
      nodeName,
      containers: [{ name: 'app', image: 'a', resources: { requests: { cpu, memory } } }],
      ...more,
    },
  });
}

const SICK = node('node-b', {
  spec: {
    unschedulable: true,
    taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }],
  },
  conditions: [
    READY,
    {
      type: 'DiskPressure',
      status: 'True',
      reason: 'KubeletHasDiskPressure',
      message: 'kubelet has disk pressure',
      lastTransitionTime: '2026-11-21T03:01:00Z',
    },
    { type: 'MemoryPressure', status: 'False' },
    { type: 'NetworkingReady', status: 'True' },
  ],
});

const evicted = (first: string, last: string) =>
  event('node-b', 'EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage', {
    metadata: { name: `node-b.${first}`, namespace: 'default' },
    involvedObject: { kind: 'Node', name: 'node-b', uid: 'node-b' },
    firstTimestamp: `2026-11-21T${first}Z`,
    lastTimestamp: `2026-11-21T${last}Z`,
    count: 9,
  });

const WORLD: KubernetesObject[] = [
  node('node-a', { roles: ['worker'] }),
  SICK,
  requesting('p', 'node-a', '1500m', '1Gi'),
  requesting('q', 'node-a', '500m', '512Mi', {
    initContainers: [
      { name: 'proxy', restartPolicy: 'Always', resources: { requests: { cpu: '100m' } } },
      { name: 'load', resources: { requests: { memory: '3Gi' } } },
    ],
  }),
  { ...requesting('done', 'node-a', '3', '1Gi'), status: { phase: 'Succeeded' } },
  evicted('03:01:05', '03:11:00'),
  evicted('01:00:00', '01:10:00'),
];

describe('kubectl_node_status', () => {
  it('shows nodes in trouble first with the reason and their warnings, then what is requested', async () => {
    const { call } = await openCluster({ objects: WORLD });
    const { text, structured } = await call('kubectl_node_status', {});
    expect(text).toMatchInlineSnapshot(`
      "2 nodes, 1 unhealthy. Ages at 2026-11-21T03:12:00Z.
      NAME    STATUS                    ROLES   AGE  VERSION  CPU REQUESTED   MEMORY REQUESTED  PODS        TAINTS
      node-b  Ready,SchedulingDisabled  <none>  50d  v1.34.1  0/3.92 (0%)     0/7Gi (0%)        0/110 (0%)  node.kubernetes.io/disk-pressure:NoSchedule
          DiskPressure is True since 2026-11-21T03:01:00Z: KubeletHasDiskPressure: kubelet has disk pressure
          cordoned: takes no new pods
          2026-11-21T03:11:00Z EvictionThresholdMet x9: Attempting to reclaim ephemeral-storage
      node-a  Ready                     worker  50d  v1.34.1  2.1/3.92 (54%)  4Gi/7Gi (57%)     2/110 (2%)"
    `);
    expect(structured.nodes).toMatchObject([
      {
        name: 'node-a',
        healthy: true,
        cpu: { requested: 2.1, allocatable: 3.92, percent: 54 },
        // An init container needs more before the others than they need together.
        memory: { requested: 4 * 1024 ** 3, percent: 57 },
        pods: { requested: 2, capacity: 110 },
      },
      { name: 'node-b', healthy: false, events: [{ reason: 'EvictionThresholdMet', count: 9 }] },
    ]);
  });

  it('tells one node in full', async () => {
    const { call, fake } = await openCluster({ objects: WORLD });
    const { text } = await call('kubectl_node_status', { name: 'node-b' });
    expect(text).toMatchInlineSnapshot(`
      "Node node-b: Ready,SchedulingDisabled, roles <none>, age 50d
      PROBLEM: DiskPressure is True since 2026-11-21T03:01:00Z: KubeletHasDiskPressure: kubelet has disk pressure
      PROBLEM: cordoned: takes no new pods
      taints   node.kubernetes.io/disk-pressure:NoSchedule
      kubelet  v1.34.1
      runtime  containerd://2.1.4
      system   Debian 13, 6.12.0, amd64
      Requested by its pods:
        cpu     0/3.92 (0%)  capacity 4
        memory  0/7Gi (0%)   capacity 8Gi
        pods    0/110 (0%)   capacity 110
      Conditions:
        Ready            True   2026-10-01T09:00:00Z  KubeletReady
        DiskPressure     True   2026-11-21T03:01:00Z  KubeletHasDiskPressure: kubelet has disk pressure
        MemoryPressure   False  <unknown>
        NetworkingReady  True   <unknown>
      Events, warnings first:
        2026-11-21T03:11:00Z EvictionThresholdMet x9: Attempting to reclaim ephemeral-storage"
    `);
    const selectors = fake.requests.map(({ params }) => params.get('fieldSelector'));
    expect(selectors).toContain('spec.nodeName=node-b');
    expect(selectors).toContain('involvedObject.kind=Node,involvedObject.name=node-b');
  });

  it('shows the fullest of many healthy nodes and folds the rest', async () => {
    const objects = Array.from({ length: 60 }, (_, index) => [
      node(`node-${index}`),
      requesting(`p-${index}`, `node-${index}`, `${index * 10}m`, '0'),
    ]).flat();
    const { call } = await openCluster({ objects });
    const { text, structured } = await call('kubectl_node_status', {});
    expect(text.split('\n')).toHaveLength(8);
    expect(text).toMatch(/^node-59 .*590m\/3.92 \(15%\)/m);
    expect(text).toContain('55 more Ready, none above 14% requested: use name to see one.');
    expect(structured.nodes).toHaveLength(60);
  });

  it('shows nodes though RBAC hides pods and events', async () => {
    const forbidden = ['list pods', 'list events'];
    const { call } = await openCluster({ objects: WORLD, forbidden });
    const { text, structured } = await call('kubectl_node_status', {});
    expect(text).toContain('?/3.92');
    expect(structured.gaps).toEqual([
      'RBAC does not allow this service account to list pods (403).',
      'RBAC does not allow this service account to list events in namespace default (403).',
    ]);
  });

  it('says that only some namespaces are counted where others may not be read', async () => {
    const { call, paths } = await openCluster({ objects: WORLD }, { namespaces: ['shop'] });
    const { text } = await call('kubectl_node_status', {});
    expect(text).toContain('Note: Only pods of shop are counted.');
    expect(text).toContain(
      'Note: Namespace default is outside what this environment may read: shop.',
    );
    expect(paths().sort()).toEqual(['/api/v1/namespaces/shop/pods', '/api/v1/nodes']);
  });

  it('says what RBAC refuses, and that there is no such node', async () => {
    const { call } = await openCluster({ objects: WORLD });
    expect(await toolError(call('kubectl_node_status', { name: 'nope' }))).toBe(
      'There is no node nope.',
    );
    const denied = await openCluster({ objects: WORLD, forbidden: ['list nodes'] });
    expect(await toolError(denied.call('kubectl_node_status', {}))).toContain('list nodes');
  });

  it('says that there is none', async () => {
    const { call } = await openCluster({ objects: [] });
    expect((await call('kubectl_node_status', {})).text).toContain('0 nodes, 0 unhealthy.');
  });
});
