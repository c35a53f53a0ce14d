import { digest } from '../../src/lib/digest.ts';
import { uidOf } from '../scenarios/kubernetes-objects.ts';
import type { Tree } from './merge-patch.ts';
import type { World } from './world.ts';

export const MASTER = 'k8s-master';
const MASTER_TAINT = 'node-role.kubernetes.io/control-plane';

/** A cluster as kubeadm makes it: a control plane of static pods on a tainted node, and three workers. */
export function addKubeadmCluster(world: World): void {
  for (const [index, name] of [MASTER, ...world.nodeNames].entries()) addNode(world, name, index);
  for (const name of ['kube-system', 'kube-public', 'default', 'monitoring', world.namespace])
    world.create('v1', 'Namespace', { name, namespace: null }, { status: { phase: 'Active' } });
  for (const name of [
    'etcd',
    'kube-apiserver',
    'kube-controller-manager',
    'kube-scheduler',
  ] as const)
    staticPod(world, name);
  const all = [MASTER, ...world.nodeNames];
  const system = { namespace: 'kube-system' };
  const everywhere = { ...system, kind: 'DaemonSet', replicas: all.length, nodes: all } as const;
  world.deploy({ ...system, name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.11.3' });
  world.deploy({
    ...system,
    name: 'metrics-server',
    replicas: 1,
    image: 'registry.k8s.io/metrics-server/metrics-server:v0.7.2',
  });
  world.deploy({
    ...everywhere,
    name: 'kube-proxy',
    image: 'registry.k8s.io/kube-proxy:v1.31.4',
    spec: { nodeSelector: { 'kubernetes.io/os': 'linux' }, tolerations: [{ operator: 'Exists' }] },
  });
  world.deploy({
    ...everywhere,
    name: 'calico-node',
    image: 'docker.io/calico/node:v3.29.1',
    spec: { tolerations: [{ operator: 'Exists' }] },
  });
  addDns(world);
  world.create(
    'storage.k8s.io/v1',
    'StorageClass',
    {
      name: 'local-path',
      namespace: null,
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
    },
    {
      provisioner: 'rancher.io/local-path',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
    },
  );
}

function addNode(world: World, name: string, index: number): void {
  const since = world.ago(90 * 86_400);
  const isMaster = name === MASTER;
  const condition = (type: string, status: string, reason: string, message: string): Tree => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: since,
    lastHeartbeatTime: world.ago(45),
  });
  world.create(
    'v1',
    'Node',
    {
      name,
      namespace: null,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(isMaster ? { [MASTER_TAINT]: '' } : {}),
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
      creationTimestamp: since,
    },
    {
      spec: {
        podCIDR: `10.244.${index}.0/24`,
        ...(isMaster ? { taints: [{ key: MASTER_TAINT, effect: 'NoSchedule' }] } : {}),
      },
      status: {
        capacity: {
          cpu: '8',
          memory: '16374256Ki',
          pods: '110',
          'ephemeral-storage': '102624184Ki',
        },
        allocatable: {
          cpu: '8',
          memory: '16271856Ki',
          pods: '110',
          'ephemeral-storage': '94578447819',
        },
        addresses: [
          { type: 'InternalIP', address: `192.168.10.${10 + index}` },
          { type: 'Hostname', address: name },
        ],
        conditions: [
          condition('NetworkUnavailable', 'False', 'CalicoIsUp', 'Calico is running on this node'),
          condition(
            'MemoryPressure',
            'False',
            'KubeletHasSufficientMemory',
            'kubelet has sufficient memory available',
          ),
          condition(
            'DiskPressure',
            'False',
            'KubeletHasNoDiskPressure',
            'kubelet has no disk pressure',
          ),
          condition(
            'PIDPressure',
            'False',
            'KubeletHasSufficientPID',
            'kubelet has sufficient PID available',
          ),
          condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
        ],
        nodeInfo: {
          kubeletVersion: 'v1.31.4',
          kubeProxyVersion: 'v1.31.4',
          containerRuntimeVersion: 'containerd://1.7.24',
          kernelVersion: '5.15.0-130-generic',
          osImage: 'Ubuntu 22.04.5 LTS',
          architecture: 'amd64',
          operatingSystem: 'linux',
        },
      },
    },
  );
}

/** A mirror of what the kubelet reads from /etc/kubernetes/manifests: owned by its node. */
function staticPod(world: World, component: string): void {
  const since = world.ago(60 * 86_400);
  const image = `registry.k8s.io/${component}:v1.31.4`;
  const condition = (type: string): Tree => ({ type, status: 'True', lastTransitionTime: since });
  world.create(
    'v1',
    'Pod',
    {
      name: `${component}-${MASTER}`,
      namespace: 'kube-system',
      labels: { component, tier: 'control-plane' },
      annotations: { 'kubernetes.io/config.source': 'file' },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Node',
          name: MASTER,
          uid: uidOf('Node', '', MASTER),
          controller: true,
        },
      ],
      creationTimestamp: since,
    },
    {
      spec: {
        nodeName: MASTER,
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        containers: [{ name: component, image, command: [component] }],
        tolerations: [{ effect: 'NoExecute', operator: 'Exists' }],
      },
      status: {
        phase: 'Running',
        podIP: '192.168.10.10',
        startTime: since,
        conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(condition),
        containerStatuses: [
          {
            name: component,
            image,
            imageID: `${image}@sha256:${digest(['image', image], 64)}`,
            containerID: `containerd://${digest([component], 64)}`,
            ready: true,
            started: true,
            restartCount: 1,
            state: { running: { startedAt: since } },
            lastState: {},
          },
        ],
      },
    },
  );
}

function addDns(world: World): void {
  const system = { namespace: 'kube-system' };
  world.create(
    'v1',
    'Service',
    { name: 'kube-dns', ...system, labels: { 'k8s-app': 'kube-dns' } },
    {
      spec: {
        type: 'ClusterIP',
        clusterIP: '10.96.0.10',
        selector: { app: 'coredns' },
        ports: [
          { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP' },
        ],
      },
    },
  );
  world.create(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    { name: 'kube-dns-x7k2p', ...system, labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    {
      addressType: 'IPv4',
      endpoints: [],
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    },
  );
  world.syncEndpoints('kube-dns', 'kube-system');
  world.create(
    'v1',
    'ConfigMap',
    { name: 'coredns', ...system },
    {
      data: {
        Corefile:
          '.:53 {\n    errors\n    health {\n       lameduck 5s\n    }\n    ready\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n       pods insecure\n       fallthrough in-addr.arpa ip6.arpa\n       ttl 30\n    }\n    prometheus :9153\n    forward . /etc/resolv.conf {\n       max_concurrent 1000\n    }\n    cache 30\n    loop\n    reload\n    loadbalance\n}\n',
      },
    },
  );
}
