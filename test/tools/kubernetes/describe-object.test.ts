import { describe, expect, it } from 'vitest';
import { toolError } from '../run.ts';
import { event, OOM_POD, SHOP } from '../shop.ts';
import { openCluster } from './cluster.ts';
import {
  container,
  daemonSet,
  deployment,
  object,
  replicaSet,
  uidOf,
} from './fixtures/workloads.ts';

const clusterWide = { metadata: { namespace: undefined } };

const CHECKOUT = deployment({
  name: 'checkout',
  annotations: {
    'deployment.kubernetes.io/revision': '8',
    'kubectl.kubernetes.io/last-applied-configuration': '{"password":"annotation-hunter2"}',
    'example.com/api-token': 'annotation-hunter3',
    'example.com/long': 'x'.repeat(300),
  },
  template: {
    containers: [
      container({
        image: 'registry.example/shop/checkout:1.4.2',
        env: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'DB_PASS', value: 'literal-hunter2' },
          { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'checkout', key: 'MODE' } } },
        ],
        envFrom: [{ secretRef: { name: 'checkout' } }],
        resources: { limits: { memory: '256Mi' } },
        livenessProbe: { httpGet: { path: '/healthz', port: 8080 } },
      }),
    ],
    spec: { volumes: [{ name: 'tls', secret: { secretName: 'checkout-tls' } }] },
  },
  status: {
    readyReplicas: 2,
    availableReplicas: 2,
    conditions: [
      {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
        lastTransitionTime: '2026-11-21T02:40:00Z',
      },
    ],
  },
});

const scaled = event('checkout', 'ScalingReplicaSet', 'Scaled up to 3', {
  type: 'Normal',
  involvedObject: {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'checkout',
    uid: uidOf('Deployment', 'checkout'),
  },
  source: { component: 'deployment-controller' },
});

describe('kubectl_describe', () => {
  it('tells what matters of a workload: conditions, pod template, the keys it needs, events', async () => {
    const objects = [
      CHECKOUT,
      scaled,
      object('v1', 'ConfigMap', { name: 'checkout' }, { data: { LEVEL: 'value-hunter2' } }),
    ];
    const { call } = await openCluster({ objects });
    const { text, structured } = await call('kubectl_describe', {
      kind: 'deploy',
      namespace: 'shop',
      name: 'checkout',
    });
    expect(text).toMatchInlineSnapshot(`
      "Deployment shop/checkout: READY 2/3, UP-TO-DATE 3, AVAILABLE 2
      PROBLEM: 1 of 3 not available
      PROBLEM: ConfigMap checkout has no key MODE (env MODE of container app)
      Created: 2026-10-01T09:00:00Z
      Annotations: deployment.kubernetes.io/revision=8
      selector  app=checkout
      strategy  RollingUpdate
      Containers of its pods:
        app: registry.example/shop/checkout:1.4.2
          limits    memory=256Mi
          requests  none
          liveness  HTTP GET :8080/healthz, every 10s, timeout 1s, 3 failures
          env       LOG_LEVEL=info; DB_PASS=[REDACTED:env]; MODE from key MODE of ConfigMap checkout
          env from  Secret checkout
      Volumes:
        tls: Secret checkout-tls
      Keys of its ConfigMaps:
        checkout: LEVEL
      Conditions:
        Available  True  2026-11-21T02:40:00Z  MinimumReplicasAvailable: Deployment has minimum availability.
      Events of 2026-11-21, oldest first:
        03:00:00  Normal  ScalingReplicaSet  deployment-controller: Scaled up to 3"
    `);
    expect(JSON.stringify([text, structured])).not.toContain('hunter');
    expect(structured.description).toMatchObject({
      kind: 'Deployment',
      healthy: false,
      facts: { selector: 'app=checkout', strategy: 'RollingUpdate' },
      problems: ['ConfigMap checkout has no key MODE (env MODE of container app)'],
      events: [{ reason: 'ScalingReplicaSet' }],
    });
  });

  it('describes a pod as kubectl_describe_pod does', async () => {
    const { call } = await openCluster({ objects: SHOP });
    const { name } = OOM_POD.metadata;
    const pod = await call('kubectl_describe_pod', { namespace: 'shop', name });
    const same = await call('kubectl_describe', { kind: 'po', namespace: 'shop', name });
    expect(same.text).toBe(pod.text);
    expect(same.structured.description).toEqual(pod.structured);
  });

  it('follows the owner of a ReplicaSet', async () => {
    const template = replicaSet({
      of: 'checkout',
      name: 'checkout-6b9',
      revision: 8,
      template: {},
    });
    const { call } = await openCluster({ objects: [CHECKOUT, template] });
    const { text } = await call('kubectl_describe', {
      kind: 'rs',
      namespace: 'shop',
      name: 'checkout-6b9',
    });
    expect(text).toContain('Owner: Deployment/checkout   Created:');
    expect(text).toContain('revision  8\n');
  });

  it('finds the events of a node by the name that the kubelet writes for its uid', async () => {
    const node = object('v1', 'Node', { name: 'node-a', ...clusterWide });
    const note = event('node-a', 'Rebooted', 'Node node-a has been rebooted', {
      metadata: { name: 'node-a.1', namespace: 'default' },
      involvedObject: { kind: 'Node', name: 'node-a', uid: 'node-a' },
    });
    const { call } = await openCluster({ objects: [node, note] });
    const { text } = await call('kubectl_describe', { kind: 'node', name: 'node-a' });
    expect(text).toContain('Rebooted');
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    [
      'Service',
      'v1',
      { spec: { selector: { app: 'a' }, ports: [{ name: 'http', port: 80, targetPort: 'web' }] } },
      'selector  app=a\nports     http 80/TCP to web',
    ],
    [
      'Ingress',
      'networking.k8s.io/v1',
      {
        spec: {
          rules: [
            {
              host: 'shop.example',
              http: {
                paths: [{ path: '/', backend: { service: { name: 'a', port: { number: 80 } } } }],
              },
            },
          ],
          tls: [{ hosts: ['shop.example'], secretName: 'tls' }],
        },
      },
      'rules  shop.example/ to Service a:80\ntls    shop.example by Secret tls',
    ],
    [
      'NetworkPolicy',
      'networking.k8s.io/v1',
      { spec: { policyTypes: ['Ingress'], ingress: [] } },
      'ingress  nothing is let through\negress   not limited',
    ],
    [
      'HorizontalPodAutoscaler',
      'autoscaling/v2',
      {
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'a' },
          maxReplicas: 9,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 80 } } },
            { type: 'Pods', pods: { metric: { name: 'rps' }, target: { averageValue: '100' } } },
          ],
        },
        status: {
          currentMetrics: [
            { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 93 } } },
          ],
          conditions: [],
        },
      },
      'TARGETS cpu: 93%/80%, rps: <unknown>/100 (avg)',
    ],
  ])('tells what matters of a %s', async (kind, apiVersion, fields, words) => {
    const { call } = await openCluster({
      objects: [object(apiVersion, kind, { name: 'a' }, fields)],
    });
    const { text } = await call('kubectl_describe', { kind, namespace: 'shop', name: 'a' });
    expect(text).toContain(words);
  });

  it('wants a namespace where there is one, and says so', async () => {
    const { call, fake } = await openCluster({ objects: [daemonSet({ name: 'agent' })] });
    expect(await toolError(call('kubectl_describe', { kind: 'ds', name: 'agent' }))).toBe(
      'A DaemonSet is in a namespace: name that too.',
    );
    expect(fake.requests).toEqual([]);
  });

  it('describes what it may when RBAC hides the rest', async () => {
    const forbidden = ['list events', 'get configmaps'];
    const { call } = await openCluster({ objects: [CHECKOUT], forbidden });
    const args = { kind: 'deployment', namespace: 'shop', name: 'checkout' };
    const { text } = await call('kubectl_describe', args);
    expect(text).toContain('Deployment shop/checkout: READY 2/3');
    expect(text).toContain('Note: Events could not be read: RBAC does not allow');
    expect(text).toContain('Note: ConfigMaps could not be read: RBAC does not allow');
  });

  it.each(['secret', 'secrets', 'Secret'])('never reads a %s', async (kind) => {
    const { call, fake } = await openCluster({ objects: [] });
    const asked = call('kubectl_describe', { kind, namespace: 'shop', name: 'orders-db' });
    expect(await toolError(asked)).toContain('Secrets are never read');
    expect(fake.requests).toEqual([]);
  });

  it('says that there is no such object', async () => {
    const { call } = await openCluster({ objects: SHOP });
    const asked = call('kubectl_describe', { kind: 'ing', namespace: 'shop', name: 'web' });
    expect(await toolError(asked)).toBe('There is no ingress web in namespace shop.');
  });
});
