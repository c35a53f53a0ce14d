import { describe, expect, it } from 'vitest';
import { nodes } from '../../../src/analysis/analysers/nodes/index.ts';
import { nodeAgents } from '../../../src/analysis/analysers/nodes/node-agents.ts';
import { onlineBoutique } from '../../diagnosis/boutique.ts';
import { clusterIp, dialTimeout, frontendWarns } from '../../diagnosis/boutique-logs.ts';
import { listAt, mergePatch, type Tree } from '../../diagnosis/merge-patch.ts';
import { situationAfter, situationOfWorld, told } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

function condition(type: string, status: string, message = ''): (world: World) => void {
  return (world) => {
    const conditions = listAt(world.object('Node', 'node-b'), 'status', 'conditions');
    const known = conditions.find((it) => it.type === type);
    const patch: Tree = { type, status, reason: type, message, lastTransitionTime: world.ago(600) };
    if (known) mergePatch(known, patch);
    else conditions.push(patch);
  };
}

function nodeEvent(reason: string, message: string): (world: World) => void {
  return (world) =>
    world.event(world.object('Node', 'node-b'), { type: 'Warning', reason, message, first: 600 });
}

function callsAreLost(world: World): void {
  const address = `${clusterIp(world, 'adservice')}:9555`;
  frontendWarns(world, 'failed to retrieve ads', dialTimeout(address));
}

describe('what pods stand on', () => {
  it.each<[string, (world: World) => void, string[]]>([
    [
      'a kubelet that stopped posting',
      condition('Ready', 'Unknown', 'Kubelet stopped posting node status.'),
      ['node-not-ready Node node-b'],
    ],
    [
      'a runtime that is down',
      condition('Ready', 'False', 'container runtime is down'),
      ['node-not-ready Node node-b'],
    ],
    ['memory pressure', condition('MemoryPressure', 'True'), ['node-pressure Node node-b']],
    ['a kernel that hangs', condition('KernelDeadlock', 'True'), ['node-not-ready Node node-b']],
    [
      'a network that is not set up',
      condition('NetworkUnavailable', 'True', 'Calico is not running on this node'),
      ['network-degraded Node node-b'],
    ],
    [
      'a reboot',
      nodeEvent('Rebooted', 'Node node-b has been rebooted, boot id: 1'),
      ['node-not-ready Node node-b'],
    ],
    [
      'a machine that is to be taken away',
      nodeEvent('SpotInterruption', 'Spot interruption event was received'),
      ['node-not-ready Node node-b'],
    ],
    [
      'a kube-proxy that crashes',
      (world) =>
        world.app('kube-proxy').crash({ exitCode: 1 }, world.app('kube-proxy').pods.slice(1, 2)),
      ['kube-proxy-down Node node-b'],
    ],
    [
      'a kube-proxy that crashes everywhere',
      (world) => world.app('kube-proxy').crash({ exitCode: 1 }),
      ['kube-proxy-down DaemonSet kube-proxy'],
    ],
    [
      'a network plugin that is gone from a node',
      (world) =>
        world.remove('Pod', world.app('cilium').pods[1]?.metadata.name ?? '', 'kube-system'),
      ['network-degraded Node node-b'],
    ],
    [
      'a node that there is no object of',
      (world) => world.remove('Node', 'node-b'),
      ['node-not-ready Node node-b'],
    ],
  ])('blames %s', async (_, arrange, expected) => {
    expect(told(nodes, await situationAfter((world) => void arrange(world)))).toEqual(expected);
  });

  it.each<[string, (world: World) => void]>([
    ['a healthy cluster', () => {}],
    ['a condition of an agent that says all is well', condition('KernelDeadlock', 'False')],
    ['a condition in the words of readiness', condition('ContainerRuntimeReady', 'True')],
    [
      'a cordoned node',
      (world) => world.patch('Node', 'node-b', { spec: { unschedulable: true } }),
    ],
    ['a kubelet that was started anew', nodeEvent('Starting', 'Starting kubelet.')],
    [
      'a cluster whose Services another plugin keeps',
      (world) => {
        for (const pod of world.app('kube-proxy').pods)
          world.remove('Pod', pod.metadata.name, 'kube-system');
      },
    ],
  ])('blames nothing for %s', async (_, arrange) => {
    expect(told(nodes, await situationAfter((world) => void arrange(world)))).toEqual([]);
  });

  it.each<[string, (world: World) => void, string[]]>([
    [
      'that runs nowhere, when calls to Services with ready pods are lost',
      (world) => callsAreLost(world),
      ['kube-proxy-down DaemonSet kube-proxy'],
    ],
    ['that runs nowhere, while nobody misses it', () => {}, []],
    [
      'whose work another plugin may do, though calls are lost',
      (world) => {
        callsAreLost(world);
        world.deploy({ name: 'cilium', kind: 'DaemonSet', namespace: 'kube-system' });
      },
      [],
    ],
  ])('judges a kube-proxy %s', async (_, arrange, expected) => {
    const world = onlineBoutique('2026-10-05T03:10:00Z');
    world.app('kube-proxy').losePods(4);
    arrange(world);
    expect(told([nodeAgents], await situationOfWorld(world))).toEqual(expected);
  });
});
