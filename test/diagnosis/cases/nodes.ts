import type { DiagnosisCase } from '../case.ts';
import { listAt, mergePatch, type Tree } from '../merge-patch.ts';
import type { World } from '../world.ts';

function setCondition(world: World, node: string, condition: Tree, secondsAgo = 900): void {
  const conditions = listAt(world.object('Node', node), 'status', 'conditions');
  const known = conditions.find(({ type }) => type === condition.type);
  const patch = { ...condition, lastTransitionTime: world.ago(secondsAgo) };
  if (known) mergePatch(known, patch);
  else conditions.push(patch);
}

/** What the node controller does to the pods of a node that it has lost. */
function losePodsOf(world: World, node: string): void {
  for (const app of world.apps) {
    const lost = app.pods.filter((pod) => nodeOf(pod) === node);
    if (lost.length > 0) app.unready({ secondsAgo: 860 }, lost);
  }
}

function nodeOf(pod: Tree): unknown {
  return typeof pod.spec === 'object' && pod.spec !== null && 'nodeName' in pod.spec
    ? pod.spec.nodeName
    : null;
}

/** Nodes, what runs on each of them, and the control plane. */
export const nodes: DiagnosisCase[] = [
  {
    name: 'kubelet-of-a-node-has-stopped-posting',
    family: 'nodes',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'checkout' } },
    arrange(world) {
      for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']) {
        setCondition(world, 'node-b', {
          type,
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
        });
      }
      world.patch('Node', 'node-b', {
        spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }] },
      });
      world.event(world.object('Node', 'node-b'), {
        reason: 'NodeNotReady',
        message: 'Node node-b status is now: NodeNotReady',
        first: 890,
        from: 'node-controller',
      });
      losePodsOf(world, 'node-b');
    },
    expected: { causes: [{ failureMode: 'node-not-ready', object: 'Node/node-b' }] },
  },
  {
    name: 'container-runtime-of-a-node-is-down',
    family: 'nodes',
    alert: { name: 'HighErrorRate', labels: { service: 'frontend' } },
    arrange(world) {
      setCondition(world, 'node-a', {
        type: 'Ready',
        status: 'False',
        reason: 'KubeletNotReady',
        message:
          '[container runtime is down, PLEG is not healthy: pleg was last seen active 4m12.3s ago; threshold is 3m0s]',
      });
      losePodsOf(world, 'node-a');
    },
    expected: { causes: [{ failureMode: 'node-not-ready', object: 'Node/node-a' }] },
  },
  {
    name: 'containerd-does-not-answer-though-the-node-is-still-ready',
    family: 'nodes',
    alert: { name: 'KubePodNotReady', labels: { service: 'cart' } },
    arrange(world) {
      const [pod] = world.app('cart').pods;
      if (!pod) return;
      world.app('cart').unready({ secondsAgo: 200 }, [pod]);
      world.event(pod, {
        type: 'Warning',
        reason: 'FailedKillPod',
        message:
          'error killing pod: failed to "KillPodSandbox" for "0f1" with KillPodSandboxError: "rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory\\""',
        first: 200,
        last: 30,
        count: 5,
      });
    },
    expected: { causes: [{ failureMode: 'node-not-ready', object: 'Node/node-a' }] },
  },
  {
    name: 'network-plugin-of-a-node-is-not-initialised',
    family: 'nodes',
    alert: { name: 'KubeNodeNotReady', labels: { node: 'node-c' } },
    arrange(world) {
      setCondition(world, 'node-c', {
        type: 'Ready',
        status: 'False',
        reason: 'KubeletNotReady',
        message:
          'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      });
    },
    expected: { causes: [{ failureMode: 'node-not-ready', object: 'Node/node-c' }] },
  },
  {
    name: 'a-node-has-disk-pressure-and-evicts',
    family: 'nodes',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'currency' } },
    arrange(world) {
      setCondition(world, 'node-a', {
        type: 'DiskPressure',
        status: 'True',
        reason: 'KubeletHasDiskPressure',
        message: 'kubelet has disk pressure',
      });
      world.event(world.object('Node', 'node-a'), {
        type: 'Warning',
        reason: 'FreeDiskSpaceFailed',
        message:
          'Failed to garbage collect required amount of images. Attempted to free 4Gi, but only found 0 bytes eligible to free.',
        first: 800,
        last: 100,
        count: 3,
      });
      const [pod] = world.app('currency').pods;
      if (!pod) return;
      world.app('currency').unready({ secondsAgo: 700 }, [pod]);
      mergePatch(pod, {
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on resource: ephemeral-storage.',
        },
      });
    },
    expected: { causes: [{ failureMode: 'node-pressure', object: 'Node/node-a' }] },
  },
  {
    name: 'a-node-has-memory-pressure',
    family: 'nodes',
    alert: { name: 'KubeNodePressure', labels: { node: 'node-b' } },
    arrange(world) {
      setCondition(world, 'node-b', {
        type: 'MemoryPressure',
        status: 'True',
        reason: 'KubeletHasInsufficientMemory',
        message: 'kubelet has insufficient memory available',
      });
    },
    expected: { causes: [{ failureMode: 'node-pressure', object: 'Node/node-b' }] },
  },
  {
    name: 'kube-proxy-crashes-on-one-node',
    family: 'nodes',
    alert: { name: 'HighErrorRate', labels: { service: 'frontend' } },
    arrange(world) {
      const proxy = world.app('kube-proxy');
      proxy.crash({ exitCode: 1, restarts: 7 }, proxy.pods.slice(1, 2));
      const [, pod] = world.app('frontend').pods;
      world.app('frontend').logs(
        [
          {
            secondsAgo: 500,
            text: 'could not get cart: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.96.3.9:7070: i/o timeout"',
          },
        ],
        pod ? [pod] : [],
      );
    },
    expected: { causes: [{ failureMode: 'kube-proxy-down', object: 'Node/node-b' }] },
  },
  {
    name: 'a-node-has-no-kube-proxy',
    family: 'nodes',
    alert: { name: 'HighLatency', labels: { service: 'checkout' } },
    arrange(world) {
      const [proxy] = world.app('kube-proxy').pods;
      if (proxy) world.remove('Pod', proxy.metadata.name, 'kube-system');
    },
    expected: { causes: [{ failureMode: 'kube-proxy-down', object: 'Node/node-a' }] },
  },
  {
    name: 'kernel-of-a-node-hangs',
    family: 'nodes',
    alert: { name: 'HighLatency', labels: { service: 'catalog' } },
    arrange(world) {
      setCondition(world, 'node-a', {
        type: 'KernelDeadlock',
        status: 'True',
        reason: 'DockerHung',
        message: 'task docker:7 blocked for more than 300 seconds.',
      });
    },
    expected: { causes: [{ failureMode: 'node-not-ready', object: 'Node/node-a' }] },
  },
  {
    name: 'a-node-was-rebooted',
    family: 'nodes',
    alert: { name: 'KubeStatefulSetReplicasMismatch', labels: { statefulset: 'orders-db' } },
    arrange(world) {
      world.event(world.object('Node', 'node-a'), {
        type: 'Warning',
        reason: 'Rebooted',
        message: 'Node node-a has been rebooted, boot id: 6d1d4f0e-1d0e-4f93-8cc6-3b6b3b7c0c0e',
        first: 700,
      });
    },
    expected: { causes: [{ failureMode: 'node-not-ready', object: 'Node/node-a' }] },
  },
  {
    name: 'etcd-is-out-of-space',
    family: 'nodes',
    alert: { name: 'OperatorReconcileErrors', labels: { deployment: 'thing-operator' } },
    arrange(world) {
      for (const name of ['thing-operator', 'backup-operator']) {
        world.deploy({ name, replicas: 1 }).logs(
          [600, 400, 200].map((secondsAgo) => ({
            secondsAgo,
            text: 'E1001 02:11:09.1 1 leaderelection.go:429] error: etcdserver: mvcc: database space exceeded',
          })),
        );
      }
    },
    expected: { causes: [{ failureMode: 'control-plane', object: 'Pod/etcd' }] },
  },
  {
    name: 'controller-manager-is-not-healthy',
    family: 'nodes',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'checkout' } },
    arrange(world) {
      world
        .deploy({
          namespace: 'kube-system',
          name: 'kube-controller-manager',
          replicas: 1,
          image: 'registry.k8s.io/kube-controller-manager:v1.34.1',
        })
        .crash({ exitCode: 1, restarts: 12 });
      world.app('checkout').losePods(1);
    },
    expected: {
      causes: [{ failureMode: 'control-plane', object: 'Deployment/kube-controller-manager' }],
    },
  },
];
