import type { DiagnosisCase } from '../case.ts';
import { cordon, ignore, NO_HELP, NO_VICTIMS, pending } from '../placing.ts';

const ERRORS = { name: 'HighErrorRate', labels: { service: 'frontend' } };

/** Nodes that are tainted, cordoned, taken or gone, and schedulers that do not place. */
export const schedulingNodes: DiagnosisCase[] = [
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
    name: 'cordoned-node-that-a-restart-brings-to-light',
    family: 'scheduling',
    alert: pending('currency'),
    arrange(world) {
      cordon(world, 'node-c', 1400);
      world
        .app('currency')
        .rollout(900)
        .unschedulable(
          `0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.${NO_VICTIMS}`,
        );
    },
    expected: { causes: [{ failureMode: 'untolerated-taint', object: 'Node/node-c' }] },
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
