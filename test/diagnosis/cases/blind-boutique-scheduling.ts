import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import { clusterIp, frontendFails, frontendWarns, orderFails, refused } from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';

const MASTER_SAYS = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';
const preempt = (nodes: number) =>
  `preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;

/** Pods that no node takes. */
export const blindBoutiqueScheduling: DiagnosisCase[] = [
  boutiqueCase({
    name: 'a-pod-pinned-to-a-cordoned-node',
    family: 'scheduling',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world.patch('Node', 'k8s-worker-2', {
        spec: {
          unschedulable: true,
          taints: [
            {
              key: 'node.kubernetes.io/unschedulable',
              effect: 'NoSchedule',
              timeAdded: world.ago(1200),
            },
          ],
        },
      });
      world
        .app('checkoutservice')
        .rollout(900)
        .patchSpec({ nodeSelector: { 'kubernetes.io/hostname': 'k8s-worker-2' } });
      world
        .app('checkoutservice')
        .unschedulable(
          `0/4 nodes are available: 1 node(s) were unschedulable, 3 node(s) didn't match Pod's node affinity/selector. ${preempt(4)}`,
        );
      frontendFails(
        world,
        'failed to complete the order',
        refused(`${clusterIp(world, 'checkoutservice')}:5050`),
        '/cart/checkout',
      );
      meshFails(world, [['frontend', 'checkoutservice']]);
    },
    causes: [
      { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-2' },
      { failureMode: 'untolerated-taint', object: 'Deployment/checkoutservice' },
    ],
  }),
  boutiqueCase({
    name: 'every-worker-is-cordoned-for-maintenance',
    family: 'scheduling',
    blind: true,
    arrange(world) {
      for (const node of world.nodeNames)
        world.patch('Node', node, {
          spec: {
            unschedulable: true,
            taints: [
              {
                key: 'node.kubernetes.io/unschedulable',
                effect: 'NoSchedule',
                timeAdded: world.ago(1300),
              },
            ],
          },
        });
      world
        .app('currencyservice')
        .unschedulable(
          `0/4 nodes are available: ${MASTER_SAYS}, 3 node(s) were unschedulable. ${preempt(4)}`,
        );
      frontendFails(
        world,
        'could not retrieve currencies',
        refused(`${clusterIp(world, 'currencyservice')}:7000`),
      );
    },
    causes: [
      { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-1' },
      { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-2' },
      { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-3' },
      { failureMode: 'untolerated-taint', object: 'Deployment/currencyservice' },
    ],
  }),
  boutiqueCase({
    name: 'node-affinity-asks-for-ssd-disks',
    family: 'scheduling',
    alert: { name: 'FrontendHighErrorRate', labels: { service: 'frontend-external' } },
    blind: true,
    arrange(world) {
      const expression = { key: 'disktype', operator: 'In', values: ['ssd'] };
      world.app('productcatalogservice').patchSpec({
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [expression] }],
            },
          },
        },
      });
      world
        .app('productcatalogservice')
        .unschedulable(
          `0/4 nodes are available: ${MASTER_SAYS}, 3 node(s) didn't match Pod's node affinity/selector. ${preempt(4)}`,
        );
      frontendFails(
        world,
        'could not retrieve products',
        refused(`${clusterIp(world, 'productcatalogservice')}:3550`),
      );
    },
    causes: [{ failureMode: 'node-selector-mismatch', object: 'Deployment/productcatalogservice' }],
  }),
  boutiqueCase({
    name: 'node-selector-that-only-the-condition-tells-of',
    family: 'scheduling',
    arrange(world) {
      world.app('adservice').patchSpec({ nodeSelector: { 'node-pool': 'java' } });
      world
        .app('adservice')
        .unschedulable(
          `0/4 nodes are available: 4 node(s) didn't match Pod's node affinity/selector. ${preempt(4)}`,
          { event: false, secondsAgo: 5400 },
        );
      frontendWarns(
        world,
        'failed to retrieve ads',
        refused(`${clusterIp(world, 'adservice')}:9555`),
      );
      meshFails(world, [['frontend', 'adservice']]);
    },
    causes: [{ failureMode: 'node-selector-mismatch', object: 'Deployment/adservice' }],
  }),
  boutiqueCase({
    name: 'shipping-keeps-away-from-every-node-that-has-a-neighbour',
    family: 'scheduling',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world.app('shippingservice').patchSpec({
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                labelSelector: {
                  matchExpressions: [
                    {
                      key: 'app',
                      operator: 'In',
                      values: ['productcatalogservice', 'currencyservice', 'paymentservice'],
                    },
                  ],
                },
                topologyKey: 'kubernetes.io/hostname',
              },
            ],
          },
        },
      });
      world
        .app('shippingservice')
        .unschedulable(
          `0/4 nodes are available: ${MASTER_SAYS}, 3 node(s) didn't match pod anti-affinity rules. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`,
        );
      frontendFails(
        world,
        'failed to get shipping quote',
        refused(`${clusterIp(world, 'shippingservice')}:50051`),
        '/cart',
      );
      meshFails(world, [
        ['frontend', 'shippingservice'],
        ['checkoutservice', 'shippingservice'],
      ]);
    },
    causes: [{ failureMode: 'pod-affinity-conflict', object: 'Deployment/shippingservice' }],
  }),
  boutiqueCase({
    name: 'all-workers-are-tainted-for-somebody-else',
    family: 'scheduling',
    blind: true,
    arrange(world) {
      for (const node of world.nodeNames)
        world.patch('Node', node, {
          spec: { taints: [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }] },
        });
      world
        .app('paymentservice')
        .unschedulable(
          `0/4 nodes are available: ${MASTER_SAYS}, 3 node(s) had untolerated taint {dedicated: batch}. ${preempt(4)}`,
        );
      orderFails(
        world,
        'failed to charge card: could not charge the card',
        refused(`${clusterIp(world, 'paymentservice')}:50051`),
      );
    },
    causes: [
      { failureMode: 'untolerated-taint', object: 'Deployment/paymentservice' },
      { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-1' },
      { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-2' },
      { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-3' },
    ],
  }),
  boutiqueCase({
    name: 'frontend-asks-for-thirty-two-cores',
    family: 'scheduling',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world
        .app('frontend')
        .patchContainer({ resources: { requests: { cpu: '32' }, limits: { cpu: '32' } } });
      world
        .app('frontend')
        .unschedulable(
          `0/4 nodes are available: ${MASTER_SAYS}, 3 Insufficient cpu. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`,
        );
      meshFails(world, [['loadgenerator', 'frontend']]);
    },
    causes: [{ failureMode: 'insufficient-cpu', object: 'Deployment/frontend' }],
  }),
  boutiqueCase({
    name: 'ads-ask-for-half-a-terabyte',
    family: 'scheduling',
    blind: true,
    arrange(world) {
      world.app('adservice').patchContainer({
        resources: { requests: { memory: '512Gi' }, limits: { memory: '512Gi' } },
      });
      world
        .app('adservice')
        .unschedulable(
          `0/4 nodes are available: ${MASTER_SAYS}, 3 Insufficient memory. ${preempt(4)}`,
          { event: false },
        );
    },
    causes: [{ failureMode: 'insufficient-memory', object: 'Deployment/adservice' }],
  }),
];
