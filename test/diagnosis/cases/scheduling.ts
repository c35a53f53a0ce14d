import type { DiagnosisCase } from '../case.ts';
import { mergePatch } from '../merge-patch.ts';
import type { World } from '../world.ts';

const ERRORS = { name: 'HighErrorRate', labels: { service: 'frontend' } };
const NO_HELP = ' preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
const NO_VICTIMS =
  ' preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.';

export function pending(deployment: string): DiagnosisCase['alert'] {
  return { name: 'KubeDeploymentReplicasMismatch', labels: { deployment } };
}

function cordon(world: World, node: string, secondsAgo: number): void {
  world.patch('Node', node, {
    spec: {
      unschedulable: true,
      taints: [
        {
          key: 'node.kubernetes.io/unschedulable',
          effect: 'NoSchedule',
          timeAdded: world.ago(secondsAgo),
        },
      ],
    },
  });
  world.event(world.object('Node', node), {
    reason: 'NodeNotSchedulable',
    message: `Node ${node} status is now: NodeNotSchedulable`,
    first: secondsAgo,
  });
}

function controlPlane(world: World, node: string): void {
  world.patch('Node', node, {
    metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } },
    spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
  });
}

/** Which node would take it, and why none does. */
export const scheduling: DiagnosisCase[] = [
  {
    name: 'cpu-request-bigger-than-any-node',
    family: 'scheduling',
    alert: pending('recommendation'),
    arrange(world) {
      world
        .app('recommendation')
        .rollout(1100, {
          container: { resources: { requests: { cpu: '16' }, limits: { cpu: '16' } } },
        })
        .unschedulable(`0/3 nodes are available: 3 Insufficient cpu.${NO_VICTIMS}`);
    },
    expected: {
      causes: [{ failureMode: 'insufficient-cpu', object: 'Deployment/recommendation' }],
    },
  },
  {
    name: 'cpu-used-up-behind-a-control-plane-and-no-event',
    family: 'scheduling',
    alert: ERRORS,
    arrange(world) {
      controlPlane(world, 'node-a');
      world
        .app('catalog')
        .unschedulable(
          '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient cpu.',
          { event: false },
        );
    },
    expected: { causes: [{ failureMode: 'insufficient-cpu', object: 'Deployment/catalog' }] },
  },
  {
    name: 'memory-request-in-gigabytes-by-mistake',
    family: 'scheduling',
    alert: pending('payment'),
    arrange(world) {
      world
        .app('payment')
        .patchContainer({ resources: { requests: { memory: '64Gi' }, limits: { memory: '64Gi' } } })
        .unschedulable(`0/3 nodes are available: 3 Insufficient memory.${NO_VICTIMS}`);
    },
    expected: { causes: [{ failureMode: 'insufficient-memory', object: 'Deployment/payment' }] },
  },
  {
    name: 'memory-used-up-on-the-pinned-node',
    family: 'scheduling',
    alert: ERRORS,
    arrange(world) {
      world
        .app('cart')
        .patchSpec({ nodeSelector: { 'kubernetes.io/hostname': 'node-b' } })
        .unschedulable(
          "0/3 nodes are available: 1 Insufficient memory, 2 node(s) didn't match Pod's node affinity/selector.",
        );
    },
    expected: { causes: [{ failureMode: 'insufficient-memory', object: 'Deployment/cart' }] },
  },
  {
    name: 'gpu-that-nobody-has',
    family: 'scheduling',
    alert: pending('recommendation'),
    arrange(world) {
      world
        .app('recommendation')
        .rollout(1000, { container: { resources: { limits: { 'nvidia.com/gpu': '1' } } } })
        .unschedulable(`0/3 nodes are available: 3 Insufficient nvidia.com/gpu.${NO_HELP}`);
    },
    expected: {
      causes: [{ failureMode: 'insufficient-other-resource', object: 'Deployment/recommendation' }],
    },
  },
  {
    name: 'scratch-space-bigger-than-the-disks',
    family: 'scheduling',
    alert: pending('ads'),
    arrange(world) {
      world
        .app('ads')
        .patchContainer({ resources: { requests: { 'ephemeral-storage': '500Gi' } } })
        .unschedulable('0/3 nodes are available: 3 Insufficient ephemeral-storage.', {
          event: false,
        });
    },
    expected: {
      causes: [{ failureMode: 'insufficient-other-resource', object: 'Deployment/ads' }],
    },
  },
  {
    name: 'node-selector-for-a-label-that-is-gone',
    family: 'scheduling',
    alert: ERRORS,
    arrange(world) {
      world
        .app('shipping')
        .rollout(1300, { spec: { nodeSelector: { 'node-pool': 'frontline' } } })
        .unschedulable(
          `0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.${NO_HELP}`,
        );
    },
    expected: {
      causes: [{ failureMode: 'node-selector-mismatch', object: 'Deployment/shipping' }],
    },
  },
  {
    name: 'node-affinity-to-a-zone-that-is-not',
    family: 'scheduling',
    alert: pending('orders'),
    arrange(world) {
      controlPlane(world, 'node-c');
      world
        .app('orders')
        .patchSpec({
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
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
        })
        .unschedulable(
          "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't match Pod's node affinity/selector.",
        );
    },
    expected: { causes: [{ failureMode: 'node-selector-mismatch', object: 'Deployment/orders' }] },
  },
  {
    name: 'anti-affinity-with-more-replicas-than-nodes',
    family: 'scheduling',
    alert: pending('currency'),
    arrange(world) {
      world
        .app('currency')
        .patchSpec({
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                {
                  labelSelector: { matchLabels: { app: 'currency' } },
                  topologyKey: 'kubernetes.io/hostname',
                },
              ],
            },
          },
        })
        .unschedulable(
          `0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.${NO_HELP}`,
          {},
          world.app('currency').pods.slice(0, 1),
        );
    },
    expected: { causes: [{ failureMode: 'pod-affinity-conflict', object: 'Deployment/currency' }] },
  },
  {
    name: 'anti-affinity-to-everything-after-a-rollout',
    family: 'scheduling',
    alert: ERRORS,
    arrange(world) {
      cordon(world, 'node-c', 86_400);
      world
        .app('checkout')
        .rollout(900)
        .unschedulable(
          "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match pod anti-affinity rules.",
        );
    },
    expected: { causes: [{ failureMode: 'pod-affinity-conflict', object: 'Deployment/checkout' }] },
  },
  {
    name: 'spread-over-zones-that-are-full',
    family: 'scheduling',
    alert: pending('frontend'),
    arrange(world) {
      world
        .app('frontend')
        .patchSpec({
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'topology.kubernetes.io/rack',
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: { app: 'frontend' } },
            },
          ],
        })
        .unschedulable(
          "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label).",
        );
    },
    expected: { causes: [{ failureMode: 'pod-affinity-conflict', object: 'Deployment/frontend' }] },
  },
  {
    name: 'taint-that-nobody-tolerates',
    family: 'scheduling',
    alert: ERRORS,
    arrange(world) {
      for (const node of world.nodeNames)
        world.patch('Node', node, {
          spec: { taints: [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }] },
        });
      world
        .app('payment')
        .unschedulable(
          `0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: batch}.${NO_HELP}`,
        );
    },
    expected: { causes: [{ failureMode: 'untolerated-taint', object: 'Deployment/payment' }] },
  },
  {
    name: 'tainted-node-that-a-pod-is-pinned-to',
    family: 'scheduling',
    alert: pending('email'),
    arrange(world) {
      world.patch('Node', 'node-b', {
        spec: { taints: [{ key: 'gpu', value: 'true', effect: 'NoSchedule' }] },
      });
      world
        .app('email')
        .rollout(1100, { spec: { nodeSelector: { 'kubernetes.io/hostname': 'node-b' } } })
        .unschedulable(
          "0/3 nodes are available: 1 node(s) had taint {gpu: true}, that the pod didn't tolerate, 2 node(s) didn't match Pod's node affinity/selector.",
        );
    },
    expected: { causes: [{ failureMode: 'untolerated-taint', object: 'Deployment/email' }] },
  },
  {
    name: 'cordoned-node-that-a-pod-is-pinned-to',
    family: 'scheduling',
    alert: pending('catalog'),
    arrange(world) {
      cordon(world, 'node-b', 1500);
      world
        .app('catalog')
        .patchSpec({ nodeSelector: { 'kubernetes.io/hostname': 'node-b' } })
        .unschedulable(
          "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.",
        );
    },
    expected: { causes: [{ failureMode: 'untolerated-taint', object: 'Node/node-b' }] },
  },
  {
    name: 'cordoned-node-while-the-others-are-full',
    family: 'scheduling',
    alert: ERRORS,
    arrange(world) {
      cordon(world, 'node-a', 1400);
      world
        .app('payment')
        .unschedulable(
          '0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.',
          { event: false },
        );
    },
    expected: { causes: [{ failureMode: 'untolerated-taint', object: 'Node/node-a' }] },
  },
  {
    name: 'preempted-by-a-batch-of-higher-priority',
    family: 'scheduling',
    alert: pending('recommendation'),
    arrange(world) {
      const app = world.app('recommendation');
      for (const pod of app.pods)
        world.event(pod, {
          reason: 'Preempted',
          message: 'Preempted by pod 1f0c-4a7e on node node-a',
          first: 950,
          from: 'default-scheduler',
        });
      app.unschedulable(`0/3 nodes are available: 3 Insufficient cpu.${NO_VICTIMS}`);
    },
    expected: { causes: [{ failureMode: 'preempted', object: 'Deployment/recommendation' }] },
  },
  {
    name: 'tied-by-name-to-a-node-that-does-not-exist',
    family: 'scheduling',
    alert: ERRORS,
    arrange(world) {
      world.app('ads').patchSpec({ nodeName: 'worker-9' }).losePods(1);
    },
    expected: { causes: [{ failureMode: 'node-selector-mismatch', object: 'Deployment/ads' }] },
  },
  {
    name: 'scheduler-crashes',
    family: 'scheduling',
    alert: pending('cart'),
    arrange(world) {
      world.app('kube-scheduler').crash({ exitCode: 255, restarts: 30, secondsAgo: 2400 });
      ignore(world, 'cart');
    },
    expected: { causes: [{ failureMode: 'scheduler-down', object: 'Deployment/kube-scheduler' }] },
  },
  {
    name: 'scheduler-stopped-by-moving-its-manifest',
    family: 'scheduling',
    alert: ERRORS,
    arrange(world) {
      world.app('kube-scheduler').losePods(1);
      world.deploy({ namespace: 'kube-system', name: 'kube-controller-manager', replicas: 1 });
      ignore(world, 'payment');
    },
    expected: { causes: [{ failureMode: 'scheduler-down', object: 'Pod/kube-scheduler' }] },
  },
  {
    name: 'scheduler-of-another-name',
    family: 'scheduling',
    alert: pending('email'),
    arrange(world) {
      world.app('email').patchSpec({ schedulerName: 'default-schedular' });
      ignore(world, 'email');
    },
    expected: { causes: [{ failureMode: 'scheduler-down', object: 'Deployment/email' }] },
  },
];

/** New pods that no scheduler has looked at. */
function ignore(world: World, app: string): void {
  for (const pod of world.app(app).unschedulable('', { event: false }).pods)
    mergePatch(pod, {
      metadata: { creationTimestamp: world.ago(1000) },
      status: { conditions: null },
    });
}
