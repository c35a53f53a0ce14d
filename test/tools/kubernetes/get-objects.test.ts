import { describe, expect, it } from 'vitest';
import { toolError } from '../run.ts';
import { cartPods, event, OOM_POD, pod, SHOP } from '../shop.ts';
import { openCluster } from './cluster.ts';
import { deployment, object, replicaSet } from './fixtures/workloads.ts';

const clusterWide = { metadata: { namespace: undefined } };

async function get(
  objects: Parameters<typeof openCluster>[0]['objects'],
  args: Record<string, unknown>,
) {
  const { call } = await openCluster({ objects });
  return await call('kubectl_get', args);
}

describe('kubectl_get', () => {
  it('shows unhealthy objects first with the reason under the row', async () => {
    const objects = [
      deployment({ name: 'cart' }),
      deployment({
        name: 'checkout',
        status: {
          updatedReplicas: 1,
          readyReplicas: 2,
          availableReplicas: 2,
          conditions: [
            {
              type: 'Progressing',
              status: 'False',
              reason: 'ProgressDeadlineExceeded',
              message: 'ReplicaSet "checkout-6b9" has timed out progressing.',
              lastTransitionTime: '2026-11-21T02:50:01Z',
            },
          ],
        },
      }),
    ];
    const { text, structured } = await get(objects, { kind: 'deploy', namespace: 'shop' });
    expect(text).toMatchInlineSnapshot(`
      "Namespace shop: 2 deployments, 1 unhealthy. Ages at 2026-11-21T03:12:00Z.
      NAME      READY  UP-TO-DATE  AVAILABLE  AGE
      checkout  2/3    1           2          50d
          Progressing is False since 2026-11-21T02:50:01Z: ProgressDeadlineExceeded: ReplicaSet "checkout-6b9" has timed out progressing.
          1 of 3 not available
          rollout under way: 1 of 3 replicas are of the newest revision
      cart      3/3    3           3          50d"
    `);
    expect(structured.objects).toMatchObject([
      { name: 'cart', healthy: true, columns: { READY: '3/3' }, details: [] },
      { name: 'checkout', healthy: false, columns: { READY: '2/3', AVAILABLE: '2' } },
    ]);
  });

  it.each([
    [
      'Deployment',
      'deployments',
      'deploy',
      'DEPLOYMENT',
      'deployments.apps',
      'deployments.v1.apps',
    ],
    ['HorizontalPodAutoscaler', 'hpa', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'],
    ['Node', 'no', 'node', 'nodes'],
    ['NetworkPolicy', 'netpol', 'networkpolicy', 'networkpolicies'],
  ])('takes every name that kubectl takes for a %s', async (expected, ...names) => {
    const { call } = await openCluster({ objects: [] });
    for (const kind of names) {
      expect((await call('kubectl_get', { kind })).structured.kind).toBe(expected);
    }
  });

  it.each([
    ['secrets', 'Secrets are never read'],
    ['Secret', 'Secrets are never read'],
    ['rolebindings', 'kubectl_auth_can_i'],
    ['all', 'one kind at a time'],
    ['endpoints', 'read as endpointslices'],
    ['../secrets', 'There is no kind "../secrets" to read here. There are: pods, events,'],
    ['constructor', 'There is no kind "constructor"'],
    ['deployment,pods', 'Ask for one kind at a time: deployment first, then pods.'],
    ['deployment/checkout', 'ask with kind "deployment" and name "checkout"'],
    ['secrets/orders-db', 'Secrets are never read'],
    ['pods,secrets', 'Ask for one kind at a time'],
    ['secrets,pods', 'Secrets are never read'],
  ])('refuses the kind %j, says why, and asks nothing', async (kind, words) => {
    const { fake, call } = await openCluster({ objects: [] });
    expect(await toolError(call('kubectl_get', { kind }))).toContain(words);
    expect(fake.requests).toEqual([]);
  });

  it('says that a namespace makes no difference for what has none', async () => {
    const node = object('v1', 'Node', { name: 'node-a', ...clusterWide });
    const { call } = await openCluster({ objects: [node] });
    const { text, structured } = await call('kubectl_get', { kind: 'node', namespace: 'shop' });
    expect(text).toContain('\nNote: nodes have no namespace: shop made no difference.');
    expect(structured.objects).toHaveLength(1);
  });

  it('passes selectors on, and says what the API says of one that is none', async () => {
    const { fake, call } = await openCluster({ objects: SHOP });
    const args = { kind: 'pods', namespace: 'shop', label_selector: 'app=cart' };
    const { structured } = await call('kubectl_get', {
      ...args,
      field_selector: 'spec.nodeName=node-b',
    });
    expect(structured.objects).toMatchObject([{ name: 'cart-78c5f-00001' }]);
    expect(fake.requests[0]?.params.get('fieldSelector')).toBe('spec.nodeName=node-b');
    expect(await toolError(call('kubectl_get', { ...args, field_selector: 'spec.x=1' }))).toContain(
      'field label not supported: spec.x',
    );
  });

  it('finds an object by its name in one namespace, or in all', async () => {
    const objects = [deployment({ name: 'cart' }), deployment({ name: 'cart', namespace: 'web' })];
    const { call, fake } = await openCluster({ objects });
    const one = await call('kubectl_get', { kind: 'deploy', namespace: 'web', name: 'cart' });
    expect(one.structured.objects).toHaveLength(1);
    expect(fake.requests[0]?.path).toBe('/apis/apps/v1/namespaces/web/deployments/cart');
    const all = await call('kubectl_get', { kind: 'deploy', name: 'cart' });
    expect(all.text).toMatch(/^NAMESPACE +NAME/m);
    expect(all.structured.objects).toHaveLength(2);
    const absent = call('kubectl_get', { kind: 'deploy', namespace: 'web', name: 'nope' });
    expect(await toolError(absent)).toBe('There is no deployment nope in namespace web.');
    const nowhere = await call('kubectl_get', { kind: 'deploy', name: 'nope' });
    expect(nowhere.text).toBe('No Deployment in all namespaces has the name nope.');
  });

  it('tells an empty namespace from one that does not exist', async () => {
    const { call } = await openCluster({ objects: SHOP });
    const text = async (namespace: string) =>
      (await call('kubectl_get', { kind: 'jobs', namespace })).text;
    expect(await text('quiet')).toBe('There are no jobs in namespace quiet.');
    expect(await toolError(text('nope'))).toBe('There is no namespace nope.');
  });

  it('folds healthy rows that say the same, with their names where somebody chose them', async () => {
    const names = ['ads', 'cart', 'currency', 'email', 'payment'];
    const { text } = await get(
      names.map((name) => deployment({ name })),
      { kind: 'deployments', namespace: 'shop' },
    );
    expect(text.split('\n').slice(2)).toEqual([
      '5 deployments  3/3    3           3          50d',
      '    ads, cart, currency, email, payment',
    ]);
  });

  it('folds the old ReplicaSets of a Deployment', async () => {
    const objects = ['1', '2', '3', '4', '5', '6'].map((hash, index) =>
      replicaSet({
        of: 'cart',
        name: `cart-aaaa${hash}`,
        revision: index,
        replicas: index === 5 ? 3 : 0,
        template: {},
      }),
    );
    const { text } = await get(objects, { kind: 'rs', namespace: 'shop' });
    expect(text).toContain('cart-{aaaa1,aaaa2,aaaa3,aaaa4,…} (5 replicasets)  0');
    expect(text).toMatch(/^cart-aaaa6 +3 +3 +3/m);
  });

  it('shows a hundred rows of very many and says how to see others', async () => {
    const objects = Array.from({ length: 300 }, (_, index) =>
      object('v1', 'ConfigMap', { name: `c-${index}` }, { data: { [`key-${index}`]: 'x' } }),
    );
    const { text, structured } = await get(objects, { kind: 'configmaps', namespace: 'shop' });
    expect(text.split('\n')).toHaveLength(103);
    expect(text).toContain('200 more rows left out: use label_selector to ask for fewer.');
    expect(structured.objects).toHaveLength(300);
  });

  it('names the keys of ConfigMaps and their sizes, never a value', async () => {
    const data = { 'app.yaml': 'password: hunter2\n'.repeat(100), MODE: 'on' };
    const objects = [
      object('v1', 'ConfigMap', { name: 'cart' }, { data, binaryData: { logo: 'AAAA' } }),
    ];
    const { text, structured } = await get(objects, { kind: 'cm', namespace: 'shop' });
    expect(text).toContain('MODE (2B), app.yaml (1.8Ki), logo (3B)');
    expect(JSON.stringify([text, structured])).not.toContain('hunter2');
  });

  it('has a NAMESPACE column only where there are several', async () => {
    const objects = [...cartPods(1), pod({ name: 'p', namespace: 'web' })];
    const all = await get(objects, { kind: 'pods' });
    expect(all.text).toMatch(/^All namespaces: 2 pods, 0 unhealthy\..*\nNAMESPACE +NAME/);
    const one = await get(cartPods(1), { kind: 'pods' });
    expect(one.text).toMatch(/^All namespaces: 1 pod, all in shop, 0 unhealthy\..*\nNAME /);
  });

  it('says that an object is deleted and what it waits for', async () => {
    const namespace = object('v1', 'Namespace', {
      name: 'old',
      metadata: {
        namespace: undefined,
        deletionTimestamp: '2026-11-21T01:00:00Z',
        finalizers: ['example.com/cleanup'],
      },
    });
    const { text } = await get([namespace], { kind: 'ns' });
    expect(text).toContain('deleted at 2026-11-21T01:00:00Z, still waits for example.com/cleanup');
  });

  it('orders events by time, the newest first', async () => {
    const { text } = await get(SHOP, { kind: 'events', namespace: 'shop' });
    expect(text.indexOf('BackOff')).toBeLessThan(text.indexOf('Killing'));
  });

  it('reads an absent API as one that the cluster does not have', async () => {
    const { call } = await openCluster({ objects: [], absentGroups: ['policy'] });
    expect(await toolError(call('kubectl_get', { kind: 'pdb' }))).toBe(
      'The Kubernetes API has no resource poddisruptionbudgets (404).',
    );
  });

  it('advises to name a namespace where RBAC denies a list over all', async () => {
    const { call } = await openCluster({ objects: SHOP, forbidden: ['list pods'] });
    expect(await toolError(call('kubectl_get', { kind: 'pods' }))).toBe(
      'RBAC does not allow this service account to list pods (403). Name one namespace, which may be allowed.',
    );
  });

  it('starts a long list again whose pages expired', async () => {
    const { call } = await openCluster({ objects: cartPods(600), expireContinueOnce: true });
    const { structured } = await call('kubectl_get', { kind: 'pods', namespace: 'shop' });
    expect(structured).toMatchObject({ truncated: false });
    expect(structured.objects).toHaveLength(600);
  });

  it('stays small for thousands of objects and says that it stopped', async () => {
    const { text, structured } = await get(cartPods(3_000), { kind: 'pods' });
    expect(text.length).toBeLessThan(1_000);
    expect(text).toContain('2000 or more pods');
    expect(structured.truncated).toBe(true);
  });

  it('passes on no control character of a hostile label or message as a row of its own', async () => {
    const hostile = event('p', 'Evil', 'line\nNAME  READY\nroot  1/1');
    const { text } = await get([hostile], { kind: 'events', namespace: 'shop' });
    expect(text.split('\n')).toHaveLength(3);
  });
});

describe('kubectl_get with a list of allowed namespaces', () => {
  const allowed = { namespaces: ['shop', 'web'] };
  const objects = [
    ...SHOP,
    pod({ name: 'front', namespace: 'web' }),
    pod({ name: 'spy', namespace: 'kube-system' }),
    object('v1', 'Namespace', { name: 'kube-system', ...clusterWide }),
    ...['shop', 'kube-system'].map((namespace) =>
      object(
        'v1',
        'PersistentVolume',
        { name: `pv-of-${namespace}`, ...clusterWide },
        {
          spec: { capacity: { storage: '1Gi' }, claimRef: { namespace, name: 'data' } },
          status: { phase: 'Bound' },
        },
      ),
    ),
  ];

  it('reads these, one list each, and nothing of others', async () => {
    const { call, paths } = await openCluster({ objects }, allowed);
    const { text } = await call('kubectl_get', { kind: 'pods' });
    expect(text).toMatch(/^Namespaces shop, web: 8 pods/);
    expect(text).not.toContain('spy');
    expect(paths()).toEqual(['/api/v1/namespaces/shop/pods', '/api/v1/namespaces/web/pods']);
    const other = call('kubectl_get', { kind: 'pods', namespace: 'kube-system' });
    expect(await toolError(other)).toContain('outside what this environment may read');
  });

  it.each([
    ['namespaces', 'shop', 'kube-system'],
    ['pv', 'pv-of-shop', 'pv-of-kube-system'],
  ])('leaves out what %s tell of others', async (kind, own, foreign) => {
    const { call } = await openCluster({ objects }, allowed);
    const { text, structured } = await call('kubectl_get', { kind });
    expect(text).toContain(own);
    expect(text).toContain('Note: Only those of shop, web are shown.');
    expect(JSON.stringify([text, structured])).not.toContain('kube-system');
    for (const tool of ['kubectl_get', 'kubectl_describe']) {
      const words = async (name: string) => await toolError(call(tool, { kind, name }));
      expect(await words(foreign)).toMatch(/^There is no (namespace|persistentvolume) /);
      // It is told in the words for one that does not exist, which names no other either.
      const absent = `${foreign}x`;
      expect(await words(absent)).toBe((await words(foreign)).replace(foreign, absent));
    }
  });

  it('tells the namespaces that RBAC denies as a gap', async () => {
    const { call, fake } = await openCluster({ objects }, allowed);
    const body = { kind: 'Status', message: 'no', reason: 'Forbidden' };
    fake.failNext({ kind: 'reply', reply: { status: 403, body } });
    const { structured } = await call('kubectl_get', { kind: 'pods' });
    expect(structured.gaps).toEqual([
      expect.stringMatching(
        /^RBAC does not allow .* to list pods in namespace (shop|web) \(403\)\.$/,
      ),
    ]);
    expect(structured.objects).not.toEqual([]);
  });
});

describe('kubectl_get of each kind', () => {
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: 'why',
  });
  it.each<[string, string, Record<string, unknown>, string]>([
    [
      'batch/v1',
      'Job',
      {
        spec: { backoffLimit: 2, template: { spec: {} } },
        status: { failed: 3, conditions: [condition('Failed', 'True', 'BackoffLimitExceeded')] },
      },
      'Failed is True: BackoffLimitExceeded: why',
    ],
    [
      'batch/v1',
      'CronJob',
      {
        spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: {} } } } },
        status: { lastScheduleTime: '2026-11-21T02:00:00Z' },
      },
      'the run of 2026-11-21T02:00:00Z has not succeeded; last success never seen',
    ],
    [
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      {
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'cart' },
          minReplicas: 1,
          maxReplicas: 9,
        },
        status: { currentReplicas: 9, conditions: [] },
      },
      'at its maximum of 9 replicas',
    ],
    [
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'cart' }, maxReplicas: 9 },
        status: {
          currentReplicas: 1,
          conditions: [condition('ScalingActive', 'False', 'FailedGetResourceMetric')],
        },
      },
      'ScalingActive is False: FailedGetResourceMetric: why',
    ],
    [
      'policy/v1',
      'PodDisruptionBudget',
      {
        spec: { minAvailable: '50%' },
        status: { expectedPods: 2, currentHealthy: 1, desiredHealthy: 1 },
      },
      'allows no disruption (blocks drains): 1 of 2 pods are healthy, 1 have to be',
    ],
    [
      'v1',
      'PersistentVolumeClaim',
      {
        spec: { storageClassName: 'ssd', resources: { requests: { storage: '9Gi' } } },
        status: { phase: 'Pending' },
      },
      'not bound: ssd has given it no volume of 9Gi yet',
    ],
    ['v1', 'PersistentVolume', { spec: {}, status: { phase: 'Released' } }, 'its claim is gone'],
    [
      'v1',
      'Service',
      { spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080 }] } },
      'its load balancer has no address yet',
    ],
    [
      'discovery.k8s.io/v1',
      'EndpointSlice',
      { endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: false } }], ports: null },
      'no endpoint is ready',
    ],
    [
      'v1',
      'ResourceQuota',
      { spec: { hard: { pods: '10' } }, status: { used: { pods: '10' } } },
      'pods is used up (10)',
    ],
    [
      'v1',
      'Node',
      {
        spec: { unschedulable: true },
        status: {
          conditions: [condition('MemoryPressure', 'True', 'KubeletHasInsufficientMemory')],
        },
      },
      'MemoryPressure is True: KubeletHasInsufficientMemory: why',
    ],
    [
      'apps/v1',
      'DaemonSet',
      {
        spec: { selector: {}, template: { spec: {} } },
        status: { desiredNumberScheduled: 3, numberAvailable: 1, updatedNumberScheduled: 3 },
      },
      '2 of 3 not available',
    ],
    [
      'apps/v1',
      'StatefulSet',
      {
        spec: { replicas: 2, selector: {}, template: { spec: {} } },
        status: { readyReplicas: 2, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
      },
      'rollout under way: 1 of 2 replicas are of revision b',
    ],
    [
      'apps/v1',
      'ReplicaSet',
      {
        spec: { replicas: 1, selector: {}, template: { spec: {} } },
        status: { conditions: [condition('ReplicaFailure', 'True', 'FailedCreate')] },
      },
      'ReplicaFailure is True: FailedCreate: why',
    ],
    ['v1', 'Namespace', { status: { phase: 'Terminating' } }, 'is being deleted'],
    [
      'networking.k8s.io/v1',
      'Ingress',
      { spec: { rules: [{ host: 'shop.example' }] } },
      'no controller has given it an address',
    ],
  ])('says what is wrong with a %s %s', async (apiVersion, kind, fields, words) => {
    const bad = object(apiVersion, kind, { name: 'bad' }, fields);
    const { text, structured } = await get([bad], { kind });
    expect(structured.objects).toMatchObject([{ name: 'bad', healthy: false }]);
    expect(text).toMatch(/, 1 unhealthy\./);
    expect(text).toContain(`\n    ${words}`);
  });

  it.each([
    [
      'v1',
      'LimitRange',
      { spec: { limits: [{ type: 'Container', max: { memory: '1Gi' } }] } },
      'Container: max memory=1Gi',
    ],
    ['v1', 'ServiceAccount', { imagePullSecrets: [{ name: 'registry' }] }, 'registry'],
    ['networking.k8s.io/v1', 'NetworkPolicy', { spec: { policyTypes: ['Egress'] } }, '<all pods>'],
    ['storage.k8s.io/v1', 'StorageClass', { provisioner: 'csi.example' }, 'csi.example'],
    [
      'metrics.k8s.io/v1beta1',
      'PodMetrics',
      { containers: [{ name: 'a', usage: { cpu: '12m', memory: '3Mi' } }] },
      '12m  3Mi',
    ],
    ['metrics.k8s.io/v1beta1', 'NodeMetrics', { usage: { cpu: '2', memory: '4Gi' } }, '2    4Gi'],
  ])('shows a %s %s, which cannot be unhealthy', async (apiVersion, kind, fields, cell) => {
    const { text } = await get([object(apiVersion, kind, { name: 'one' }, fields)], { kind });
    expect(text).not.toContain('unhealthy');
    expect(text).toContain(cell);
  });

  it('shows pods as kubectl_get_pods does', async () => {
    const { call } = await openCluster({ objects: [OOM_POD] });
    const pods = await call('kubectl_get_pods', { namespace: 'shop' });
    const same = await call('kubectl_get', { kind: 'po', namespace: 'shop' });
    expect(same.text).toBe(pods.text);
  });
});
