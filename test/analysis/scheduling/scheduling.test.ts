import { describe, expect, it } from 'vitest';
import { scheduling } from '../../../src/analysis/analysers/scheduling/index.ts';
import { listAt, mergePatch, objectAt } from '../../diagnosis/merge-patch.ts';
import { situationAfter, told } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

function cordon(world: World, node: string): void {
  world.patch('Node', node, {
    spec: {
      unschedulable: true,
      taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
    },
  });
}

function taint(world: World, node: string, key: string, value = ''): void {
  world.patch('Node', node, { spec: { taints: [{ key, value, effect: 'NoSchedule' }] } });
}

/** The pods are new, and nobody has looked at them. */
function ignored(world: World, app: string): void {
  for (const pod of world.app(app).unschedulable('', { event: false }).pods) {
    mergePatch(pod, {
      status: { conditions: null },
      metadata: { creationTimestamp: world.ago(600) },
    });
  }
}

function claim(world: World, name: string, spec: Record<string, unknown>): void {
  world.create(
    'v1',
    'PersistentVolumeClaim',
    { name },
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '5Gi' } },
        volumeMode: 'Filesystem',
        ...spec,
      },
      status: { phase: 'Pending' },
    },
  );
  world
    .app('ads')
    .patchSpec({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] })
    .unschedulable(
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    );
}

function volume(
  world: World,
  name: string,
  spec: Record<string, unknown>,
  phase = 'Available',
): void {
  world.create(
    'v1',
    'PersistentVolume',
    { name, namespace: null },
    {
      spec: {
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'manual',
        hostPath: { path: `/srv/${name}` },
        ...spec,
      },
      status: { phase },
    },
  );
}

describe('pods without a node', () => {
  it.each<[string, (world: World) => void, string]>([
    [
      'more CPU than any node has',
      (world) =>
        world
          .app('cart')
          .patchContainer({ resources: { requests: { cpu: '16' } } })
          .unschedulable('0/3 nodes are available: 3 Insufficient cpu.'),
      'insufficient-cpu Deployment cart',
    ],
    [
      'memory that is used up',
      (world) =>
        world
          .app('cart')
          .unschedulable(
            '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
          ),
      'insufficient-memory Deployment cart',
    ],
    [
      'a GPU that no node has',
      (world) =>
        world
          .app('ads')
          .patchContainer({ resources: { limits: { 'nvidia.com/gpu': '1' } } })
          .unschedulable('0/3 nodes are available: 3 Insufficient nvidia.com/gpu.'),
      'insufficient-other-resource Deployment ads',
    ],
    [
      'a node selector that no node matches',
      (world) =>
        world
          .app('email')
          .patchSpec({ nodeSelector: { disktype: 'nvme' } })
          .unschedulable(
            "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
          ),
      'node-selector-mismatch Deployment email',
    ],
    [
      'a pin on a node that is cordoned',
      (world) => {
        cordon(world, 'node-b');
        world
          .app('email')
          .patchSpec({ nodeSelector: { 'kubernetes.io/hostname': 'node-b' } })
          .unschedulable(
            "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.",
          );
      },
      'untolerated-taint Node node-b',
    ],
    [
      'a cordoned node that would have had room',
      (world) => {
        cordon(world, 'node-a');
        world
          .app('payment')
          .unschedulable(
            '0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.',
          );
      },
      'untolerated-taint Node node-a',
    ],
    [
      'a request that is too big for the cordoned node too',
      (world) => {
        cordon(world, 'node-a');
        world
          .app('payment')
          .patchContainer({ resources: { requests: { cpu: '6' } } })
          .unschedulable(
            '0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.',
          );
      },
      'insufficient-cpu Deployment payment',
    ],
    [
      'taints that it does not tolerate',
      (world) => {
        for (const node of world.nodeNames) taint(world, node, 'dedicated', 'batch');
        world
          .app('orders')
          .unschedulable(
            '0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: batch}.',
          );
      },
      'untolerated-taint Deployment orders',
    ],
    [
      'no room beside a control plane and a dedicated node',
      (world) => {
        taint(world, 'node-a', 'node-role.kubernetes.io/control-plane');
        taint(world, 'node-b', 'dedicated', 'gpu');
        world
          .app('orders')
          .unschedulable(
            '0/3 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint {dedicated: gpu}, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.',
          );
      },
      'insufficient-memory Deployment orders',
    ],
    [
      'anti-affinity with more replicas than nodes',
      (world) =>
        world
          .app('frontend')
          .unschedulable(
            "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.",
          ),
      'pod-affinity-conflict Deployment frontend',
    ],
    [
      'a spread that no node keeps',
      (world) =>
        world
          .app('cart')
          .unschedulable(
            "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints.",
          ),
      'pod-affinity-conflict Deployment cart',
    ],
    [
      'a node that is lost',
      (world) => {
        taint(world, 'node-c', 'node.kubernetes.io/unreachable');
        world
          .app('payment')
          .patchSpec({ nodeSelector: { 'kubernetes.io/hostname': 'node-c' } })
          .unschedulable(
            "0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 2 node(s) didn't match Pod's node affinity/selector.",
          );
      },
      'node-not-ready Node node-c',
    ],
    [
      'a volume in another zone',
      (world) => {
        world.patch('PersistentVolume', 'pv-orders-db', {
          spec: {
            nodeAffinity: {
              required: {
                nodeSelectorTerms: [
                  {
                    matchExpressions: [
                      { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['zone-9'] },
                    ],
                  },
                ],
              },
            },
          },
        });
        world
          .app('orders-db')
          .unschedulable('0/3 nodes are available: 3 node(s) had volume node affinity conflict.');
      },
      'volume-unbound PersistentVolumeClaim data-orders-db-0',
    ],
    [
      'pods that made way for others',
      (world) => {
        const ads = world.app('ads');
        world.event(ads.pod, {
          reason: 'Preempted',
          message: 'Preempted by pod 5f1c7ab0-6ef3-4d9e-9b1e-0f3a0f2f9a77 on node node-a',
          first: 700,
          from: 'default-scheduler',
        });
        ads.unschedulable('0/3 nodes are available: 3 Insufficient cpu.');
      },
      'preempted Deployment ads',
    ],
    [
      'a node that does not exist, by name',
      (world) => world.app('email').patchSpec({ nodeName: 'node-z' }).losePods(1),
      'node-selector-mismatch Deployment email',
    ],
    [
      'a kubelet that has no CPU for a pod',
      (world) => {
        const { pod } = world.app('ads');
        world.app('ads').unready({}, [pod]);
        mergePatch(pod, {
          status: {
            phase: 'Failed',
            reason: 'OutOfcpu',
            message:
              "Pod was rejected: Node didn't have enough resource: cpu, requested: 4000, used: 3000, capacity: 3920",
          },
        });
      },
      'insufficient-cpu Deployment ads',
    ],
    [
      'a scheduler that is ill',
      (world) => {
        world.app('kube-scheduler').crash({ exitCode: 1, restarts: 9 });
        ignored(world, 'cart');
      },
      'scheduler-down Deployment kube-scheduler',
    ],
    [
      'a scheduler that says nothing, though it seems well',
      (world) => ignored(world, 'cart'),
      'scheduler-down Deployment kube-scheduler',
    ],
    [
      'a scheduler that nobody runs',
      (world) => {
        world.app('shipping').patchSpec({ schedulerName: 'batch-scheduler' });
        ignored(world, 'shipping');
      },
      'scheduler-down Deployment shipping',
    ],
    [
      'a class that does not exist',
      (world) => claim(world, 'media', { storageClassName: 'fast-ssd' }),
      'volume-unbound PersistentVolumeClaim media',
    ],
    [
      'volumes that are too small',
      (world) => {
        volume(world, 'pv-small', {});
        claim(world, 'media', {
          storageClassName: 'manual',
          resources: { requests: { storage: '500Gi' } },
        });
      },
      'volume-unbound PersistentVolumeClaim media',
    ],
    [
      'a volume that another claim holds',
      (world) => {
        volume(world, 'pv-media', { claimRef: { namespace: 'shop', name: 'old-media' } }, 'Bound');
        claim(world, 'media', { storageClassName: 'manual', volumeName: 'pv-media' });
      },
      'volume-unbound PersistentVolumeClaim media',
    ],
    [
      'a claim that was never made',
      (world) =>
        world
          .app('ads')
          .patchSpec({
            volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'ads-data' } }],
          })
          .unschedulable('0/3 nodes are available: persistentvolumeclaim "ads-data" not found.'),
      'volume-unbound PersistentVolumeClaim ads-data',
    ],
  ])('tells %s', async (_, arrange, expected) => {
    const situation = await situationAfter(arrange);
    expect(told(scheduling, situation)[0]).toBe(expected);
  });

  it.each<[string, (world: World) => void]>([
    ['a shop that is well', () => {}],
    ['a node that is cordoned while every pod has a place', (world) => cordon(world, 'node-b')],
    [
      'a claim that waits for its first consumer',
      (world) => {
        claim(world, 'later', { storageClassName: 'standard' });
        const ads = world.app('ads');
        ads.patchSpec({ volumes: null });
        for (const pod of ads.pods) objectAt(pod, 'spec').nodeName = 'node-a';
        for (const pod of ads.pods) listAt(pod, 'status', 'conditions').splice(0);
      },
    ],
    [
      'pods that were made a moment ago',
      (world) => {
        ignored(world, 'cart');
        for (const pod of world.app('cart').pods)
          mergePatch(pod, { metadata: { creationTimestamp: world.ago(5) } });
      },
    ],
  ])('says nothing of %s', async (_, arrange) => {
    expect(told(scheduling, await situationAfter(arrange))).toEqual([]);
  });
});
