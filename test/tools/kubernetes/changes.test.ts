import { afterEach, describe, expect, it } from 'vitest';
import { recentChanges } from '../../../src/tools/changes/recent-changes.ts';
import { kubernetesChanges } from '../../../src/tools/kubernetes/changes/kubernetes-changes.ts';
import { createKubernetesClient } from '../../../src/tools/kubernetes/client.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import {
  type FakeKubernetesOptions,
  type KubernetesObject,
  startFakeKubernetes,
} from '../../fakes/kubernetes.ts';
import { changesObjects } from '../examples/changes.ts';
import { redact, run, toolError } from '../run.ts';
import { event, SHOP } from '../shop.ts';
import {
  container,
  controllerRevision,
  deployment,
  object,
  replicaSet,
  statefulSet,
  wrote,
} from './fixtures/workloads.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

async function cluster(
  objects: KubernetesObject[],
  options: Partial<FakeKubernetesOptions> = {},
  namespaces?: string[],
) {
  const fake = await startFakeKubernetes({ objects, ...options });
  open.push(fake);
  const connection = { url: fake.url, ...(namespaces ? { namespaces } : {}) };
  const source = kubernetesChanges(createKubernetesClient(connection, redact));
  const ask = (args: Record<string, unknown> = {}) =>
    run([recentChanges([source])], 'recent_changes', args);
  /** `Deployment/web scaled from 3 to 10` for each change, newest first, with what exactly it was. */
  const told = async () => {
    const { structured } = await ask();
    return Array.isArray(structured.changes)
      ? structured.changes.map(({ object, summary, details }) =>
          [`${object} ${summary}`, ...details].join(' | '),
        )
      : [];
  };
  return { fake, ask, told };
}

const TEMPLATE = { 'f:spec': { 'f:template': {} } };
const REPLICAS = { 'f:spec': { 'f:replicas': {} } };

const web = (image: string, name: string, revision: number, more = {}) =>
  replicaSet({
    of: 'web',
    name,
    revision,
    template: { containers: [container({ image })] },
    ...more,
  });

const resized = (time: string, message: string) =>
  event('web', 'ScalingReplicaSet', message, {
    involvedObject: { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'x' },
    lastTimestamp: `2026-11-21T${time}Z`,
  });

describe('recent_changes of Kubernetes', () => {
  it('tells the night of the shop', async () => {
    const { ask } = await cluster([...SHOP, ...changesObjects]);
    expect((await ask()).text).toMatchInlineSnapshot(`
      "Changes from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z in namespace shop: 5. BEFORE counts back from the end.
      AT                    BEFORE  OBJECT               CHANGE
      2026-11-21T03:05:00Z  7m      Node/node-b          became NotReady (Unknown): NodeStatusUnknown, Kubelet stopped posting node status.
      2026-11-21T02:55:00Z  17m     Node/node-c          cordoned by kubectl
      2026-11-21T02:50:03Z  21m     Deployment/cart      scaled from 3 to 10 by HorizontalPodAutoscaler/cart
          New size: 10; reason: cpu resource utilization (percentage of request) above target
      2026-11-21T02:40:00Z  32m     Deployment/checkout  rolled out revision 8 by helm
          cause: release 1.4.2
          containers[app].image: registry.example/shop/checkout:1.4.1 → registry.example/shop/checkout:1.4.2
          containers[app].resources.limits.memory: 512Mi → 256Mi
      2026-11-21T02:39:57Z  32m     ConfigMap/checkout   data written by helm
          keys of this writer: CACHE_TTL, PAYMENT_TIMEOUT_MS
      Note: Kubernetes keeps the last write of each writer only, events for about an hour, and nothing of what is deleted."
    `);
  });

  it('tells a rollout with who did it and what it changed, once', async () => {
    const { told } = await cluster([
      deployment({
        name: 'web',
        managedFields: [wrote('argocd-controller', '02:59:59', TEMPLATE)],
      }),
      web('web:1', 'web-1', 1),
      web('web:2', 'web-2', 2, { created: '2026-11-21T03:00:00Z' }),
      resized('03:00:00', 'Scaled up replica set web-2 from 0 to 1'),
      resized('03:00:20', 'Scaled down replica set web-1 from 3 to 2'),
      resized('03:04:20', 'Scaled up replica set web-2 from 1 to 3'),
    ]);
    expect(await told()).toEqual([
      'Deployment/web rolled out revision 2 by argocd-controller | containers[app].image: web:1 → web:2',
    ]);
  });

  it('tells a rollout restart', async () => {
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T03:00:00Z' };
    const { told } = await cluster([
      deployment({ name: 'web' }),
      replicaSet({ of: 'web', name: 'web-1', revision: 1, template: {} }),
      replicaSet({
        of: 'web',
        name: 'web-2',
        revision: 2,
        created: '2026-11-21T03:00:00Z',
        template: { annotations },
      }),
    ]);
    expect(await told()).toEqual(['Deployment/web rollout restart']);
  });

  it('tells a rollback when it was done, not when its ReplicaSet was made', async () => {
    const { told } = await cluster([
      deployment({ name: 'web', managedFields: [wrote('kubectl-rollout', '03:00:00', TEMPLATE)] }),
      web('web:1', 'web-1', 3, {
        annotations: { 'deployment.kubernetes.io/revision-history': '1' },
      }),
      web('web:2', 'web-2', 2, {
        created: '2026-11-21T02:30:00Z',
        managedFields: [
          wrote('kube-controller-manager', '03:00:20', REPLICAS),
          wrote('kube-controller-manager', '03:00:30', { 'f:status': {} }, 'status'),
        ],
      }),
      resized('03:00:01', 'Scaled up replica set web-1 from 0 to 1'),
    ]);
    expect(await told()).toEqual([
      'Deployment/web rolled back to revision 1, now 3 by kubectl-rollout | containers[app].image: web:2 → web:1',
      'Deployment/web rolled out revision 2 | containers[app].image: web:1 → web:2',
    ]);
  });

  it('takes a write long after a rollback for no other one', async () => {
    const { told } = await cluster([
      deployment({ name: 'web', managedFields: [wrote('helm', '03:00:00', TEMPLATE)] }),
      web('web:1', 'web-1', 3, {
        annotations: { 'deployment.kubernetes.io/revision-history': '1' },
      }),
      web('web:2', 'web-2', 2, {
        managedFields: [wrote('kube-controller-manager', '01:00:00', REPLICAS)],
      }),
    ]);
    expect(await told()).toEqual(['Deployment/web written by helm']);
  });

  it('tells a StatefulSet by its ControllerRevisions, whatever other controllers keep in theirs', async () => {
    const of = { kind: 'StatefulSet', name: 'db' };
    const { told } = await cluster([
      statefulSet({ name: 'db' }),
      controllerRevision({ of, name: 'db-1', revision: 1, template: {} }),
      controllerRevision({
        of,
        name: 'db-2',
        revision: 2,
        created: '2026-11-21T03:00:00Z',
        template: { containers: [container({ image: 'db:2' })] },
      }),
      object('apps/v1', 'ControllerRevision', { name: 'vm-1' }, { revision: 1, data: { vm: 1 } }),
    ]);
    expect(await told()).toEqual([
      'StatefulSet/db rolled out revision 2 | containers[app].image: app:1 → db:2',
    ]);
  });

  it('tells scaling by its size, and by whom', async () => {
    const { told } = await cluster([
      deployment({
        name: 'web',
        replicas: 10,
        managedFields: [wrote('kubectl', '03:00:00', REPLICAS, 'scale')],
      }),
      web('web:1', 'web-1', 1),
      resized('03:00:01', 'Scaled up replica set web-1 from 3 to 10'),
      resized('02:30:00', 'Scaled down replica set web-1 to 3'),
    ]);
    expect(await told()).toEqual([
      'Deployment/web scaled from 3 to 10 by kubectl',
      'Deployment/web scaled to 3',
    ]);
  });

  it('tells scaling that no event tells any more', async () => {
    const { told } = await cluster([
      statefulSet({
        name: 'db',
        replicas: 5,
        managedFields: [wrote('kubectl', '03:00:00', REPLICAS, 'scale')],
      }),
    ]);
    expect(await told()).toEqual(['StatefulSet/db replicas set by kubectl, now 5']);
  });

  it('tells who wrote a ConfigMap and which keys are theirs, never a value', async () => {
    const { told, ask } = await cluster([
      object(
        'v1',
        'ConfigMap',
        {
          name: 'web',
          managedFields: [
            wrote('kubectl-edit', '03:00:00', { 'f:data': { '.': {}, 'f:app.yaml': {} } }),
            wrote('helm', '01:00:00', { 'f:data': { 'f:other': {} } }),
            wrote('kubectl-annotate', '02:50:00', { 'f:metadata': { 'f:annotations': {} } }),
          ],
        },
        { data: { 'app.yaml': 'hunter2', other: 'x' } },
      ),
    ]);
    expect(await told()).toEqual([
      'ConfigMap/web data written by kubectl-edit | keys of this writer: app.yaml',
      'ConfigMap/web written by kubectl-annotate',
    ]);
    expect(JSON.stringify(await ask())).not.toContain('hunter2');
  });

  it('leaves out what the cluster writes itself', async () => {
    const leader = { 'control-plane.alpha.kubernetes.io/leader': '{}' };
    const { told } = await cluster([
      object('v1', 'ConfigMap', { name: 'kube-root-ca.crt', created: '2026-11-21T03:00:00Z' }),
      object('v1', 'ConfigMap', {
        name: 'lock',
        annotations: leader,
        managedFields: [wrote('ingress-nginx', '03:00:00', { 'f:metadata': {} })],
      }),
      deployment({
        name: 'web',
        managedFields: [
          wrote('kube-controller-manager', '03:00:00', REPLICAS, 'scale'),
          wrote('some-operator', '03:00:00', { 'f:status': {} }, 'status'),
        ],
      }),
    ]);
    expect(await told()).toEqual([]);
  });

  it('tells what was created, written and deleted', async () => {
    const { told } = await cluster([
      object('v1', 'Service', {
        name: 'new',
        created: '2026-11-21T03:00:00Z',
        managedFields: [wrote('helm', '03:00:00', { 'f:spec': { 'f:ports': {} } })],
      }),
      object('networking.k8s.io/v1', 'Ingress', {
        name: 'edited',
        managedFields: [wrote('kubectl-edit', '02:50:00', { 'f:spec': { 'f:rules': {} } })],
      }),
      object('batch/v1', 'CronJob', {
        name: 'gone',
        metadata: { deletionTimestamp: '2026-11-21T02:40:00Z', finalizers: ['foregroundDeletion'] },
      }),
      deployment({
        name: 'fresh',
        created: '2026-11-21T02:30:00Z',
        managedFields: [wrote('kubectl', '02:30:00', TEMPLATE)],
      }),
      replicaSet({
        of: 'fresh',
        name: 'fresh-1',
        revision: 1,
        created: '2026-11-21T02:30:00Z',
        template: {},
      }),
    ]);
    expect(await told()).toEqual([
      'Service/new created by helm',
      'Ingress/edited written by kubectl-edit | fields of this writer: spec.rules',
      'CronJob/gone deleted, waits for foregroundDeletion',
      'Deployment/fresh created by kubectl',
    ]);
  });

  it('tells what happened to nodes, once', async () => {
    const silent = (type: string) => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: '2026-11-21T03:00:00Z',
    });
    const nodeEvent = (reason: string, time: string) =>
      event('node-1', reason, `Node node-1 status is now: ${reason}`, {
        metadata: { name: `node-1.${reason}`, namespace: 'default' },
        involvedObject: { kind: 'Node', name: 'node-1', uid: 'node-1' },
        lastTimestamp: `2026-11-21T${time}Z`,
      });
    const { told } = await cluster([
      object(
        'v1',
        'Node',
        { name: 'node-1' },
        { status: { conditions: [silent('MemoryPressure'), silent('Ready')] } },
      ),
      object(
        'v1',
        'Node',
        { name: 'node-2', created: '2026-11-21T02:50:00Z' },
        {
          spec: {
            taints: [
              {
                key: 'dedicated',
                value: 'gpu',
                effect: 'NoSchedule',
                timeAdded: '2026-11-21T02:55:00Z',
              },
            ],
          },
          status: {
            conditions: [
              { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-21T02:50:20Z' },
              {
                type: 'DiskPressure',
                status: 'True',
                reason: 'KubeletHasDiskPressure',
                lastTransitionTime: '2026-11-21T03:05:00Z',
              },
            ],
          },
        },
      ),
      nodeEvent('NodeNotReady', '03:00:01'),
      nodeEvent('Rebooted', '02:20:00'),
      nodeEvent('NodeSchedulable', '02:19:00'),
      nodeEvent('NodeHasSufficientPID', '02:21:00'),
    ]);
    expect(await told()).toEqual([
      'Node/node-2 DiskPressure became True: KubeletHasDiskPressure',
      'Node/node-1 became NotReady (Unknown): NodeStatusUnknown, Kubelet stopped posting node status.',
      'Node/node-2 tainted dedicated=gpu:NoSchedule',
      'Node/node-2 joined the cluster',
      'Node/node-1 rebooted',
      'Node/node-1 uncordoned',
    ]);
  });

  it('tells nothing of before and after the window', async () => {
    const { told } = await cluster([
      ...['2026-11-21T02:11:59Z', '2026-11-21T03:12:01Z'].map((created, index) =>
        object('v1', 'Service', { name: `s-${index}`, created }),
      ),
      resized('02:11:59', 'Scaled up replica set web-1 from 3 to 10'),
    ]);
    expect(await told()).toEqual([]);
  });

  it('asks within the allowed namespaces only, and for one', async () => {
    const { fake, ask } = await cluster([...SHOP, ...changesObjects], {}, ['shop', 'quiet']);
    await ask({ namespace: 'shop' });
    const paths = new Set(fake.requests.map(({ path }) => path));
    expect([...paths].filter((path) => !path.includes('/namespaces/shop/'))).toEqual([
      '/api/v1/nodes',
    ]);
    expect(await toolError(ask({ namespace: 'kube-system', since: '1m' }))).toContain('outside');
  });

  it('goes on without what RBAC or an absent API denies, and fails when nothing can be read', async () => {
    const { ask } = await cluster(changesObjects, {
      forbidden: ['list nodes', 'list events'],
      absentGroups: ['autoscaling'],
    });
    const { text } = await ask();
    expect(text).toContain('rolled out revision 8');
    expect(text).toContain('Note: RBAC does not allow this service account to list nodes (403).');
    expect(text).toContain('has no resource horizontalpodautoscalers (404)');
    const { fake, ask: askDead } = await cluster([]);
    await fake.close();
    expect(await toolError(askDead())).toContain('cannot be reached');
  });
});
