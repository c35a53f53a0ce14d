import type { DiagnosisCase } from '../case.ts';
import { cordon, NO_HELP, NO_VICTIMS, pending } from '../placing.ts';
import type { World } from '../world.ts';

const ERRORS = { name: 'HighErrorRate', labels: { service: 'frontend' } };
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
        .rollout(900, {
          spec: {
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { labelSelector: {}, topologyKey: 'kubernetes.io/hostname' },
                ],
              },
            },
          },
        })
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
];
