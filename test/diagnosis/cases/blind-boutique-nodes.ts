import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import { clusterIp, dialTimeout, frontendFails, refused } from '../boutique-logs.ts';
import { edgesOf, meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import { listAt, mergePatch, objectAt, type Tree } from '../merge-patch.ts';
import { step, type World } from '../world.ts';

/** What the node's conditions become, and what the node controller makes of its pods. */
function nodeIs(world: World, name: string, conditions: Record<string, Tree>, taint: string): void {
  const node = world.object('Node', name);
  for (const condition of listAt(node, 'status', 'conditions')) {
    const patch = conditions[String(condition.type)] ?? conditions['*'];
    if (patch && condition.type !== 'NetworkUnavailable')
      mergePatch(condition, {
        ...patch,
        lastTransitionTime: world.ago(840),
        lastHeartbeatTime: world.ago(890),
      });
  }
  mergePatch(objectAt(node, 'spec'), {
    taints: ['NoSchedule', 'NoExecute'].map((effect) => ({
      key: taint,
      effect,
      timeAdded: world.ago(840),
    })),
  });
  world.event(node, {
    reason: 'NodeNotReady',
    message: `Node ${name} status is now: NodeNotReady`,
    first: 840,
    from: 'node-controller',
  });
  world.remetric('kube_node_status_condition', { node: name, status: 'true' }, step(1, 0, 840));
  for (const app of world.apps) {
    for (const pod of app.pods.filter((it) => objectAt(it, 'spec').nodeName === name)) {
      for (const condition of listAt(pod, 'status', 'conditions'))
        if (condition.type === 'Ready')
          mergePatch(condition, { status: 'False', lastTransitionTime: world.ago(840) });
      world.event(pod, {
        type: 'Warning',
        reason: 'NodeNotReady',
        message: 'Node is not ready',
        first: 840,
        from: 'node-controller',
      });
    }
    app.losePods(0);
  }
}

const UNKNOWN = {
  status: 'Unknown',
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
};

function kubeletStops(world: World, name: string): void {
  nodeIs(world, name, { '*': UNKNOWN }, 'node.kubernetes.io/unreachable');
  world.remetric('kube_node_status_condition', { node: name, status: 'unknown' }, step(0, 1, 840));
}

const SOCKET =
  'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"';

function containerdStops(world: World, name: string): void {
  nodeIs(
    world,
    name,
    {
      Ready: {
        status: 'False',
        reason: 'KubeletNotReady',
        message:
          '[container runtime is down, PLEG is not healthy: pleg was last seen active 14m2.1s ago; threshold is 3m0s]',
      },
    },
    'node.kubernetes.io/not-ready',
  );
  world.event(world.object('Node', name), {
    type: 'Warning',
    reason: 'ContainerGCFailed',
    message: SOCKET,
    count: 14,
    first: 860,
    last: 30,
  });
}

/** Nodes whose kubelet or container runtime stopped. */
export const blindBoutiqueNodes: DiagnosisCase[] = [
  boutiqueCase({
    name: 'containerd-of-a-worker-is-down',
    family: 'nodes',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      containerdStops(world, 'k8s-worker-2');
      frontendFails(
        world,
        'could not retrieve currencies',
        refused(`${clusterIp(world, 'currencyservice')}:7000`),
      );
      meshFails(world, edgesOf('currencyservice'));
    },
    causes: [{ failureMode: 'node-not-ready', object: 'Node/k8s-worker-2' }],
  }),
  boutiqueCase({
    name: 'containerd-of-a-worker-is-down-and-nothing-is-measured',
    family: 'nodes',
    blind: true,
    arrange(world) {
      containerdStops(world, 'k8s-worker-3');
    },
    causes: [{ failureMode: 'node-not-ready', object: 'Node/k8s-worker-3' }],
  }),
  boutiqueCase({
    name: 'kubelet-of-a-worker-went-silent',
    family: 'nodes',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      kubeletStops(world, 'k8s-worker-1');
      frontendFails(
        world,
        'could not retrieve products',
        dialTimeout(`${clusterIp(world, 'productcatalogservice')}:3550`),
      );
    },
    causes: [{ failureMode: 'node-not-ready', object: 'Node/k8s-worker-1' }],
  }),
  boutiqueCase({
    name: 'kubelets-of-all-workers-went-silent',
    family: 'nodes',
    arrange(world) {
      for (const node of world.nodeNames) kubeletStops(world, node);
      meshFails(world, [['loadgenerator', 'frontend']]);
    },
    causes: [
      { failureMode: 'node-not-ready', object: 'Node/k8s-worker-1' },
      { failureMode: 'node-not-ready', object: 'Node/k8s-worker-2' },
      { failureMode: 'node-not-ready', object: 'Node/k8s-worker-3' },
    ],
  }),
];
