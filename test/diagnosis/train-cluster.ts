import { listAt, mergePatch, type Tree } from './merge-patch.ts';
import { counter, type World } from './world.ts';

const GI = 1024 ** 3;
const MASTER = 'k8s-master';

/** A kubeadm cluster: a control plane of static pods and three workers. */
export function addTrainCluster(world: World): void {
  for (const [index, name] of [MASTER, ...world.nodeNames].entries()) addNode(world, name, index);
  for (const name of ['kube-system', 'default', 'monitoring', world.namespace])
    world.create('v1', 'Namespace', { name, namespace: null }, { status: { phase: 'Active' } });
  addSystem(world);
  world.create('v1', 'ServiceAccount', { name: 'default' }, {});
  for (const [name, provisioner] of [
    ['nfs-client', 'k8s-sigs.io/nfs-subdir-external-provisioner'],
    ['local-storage', 'kubernetes.io/no-provisioner'],
  ])
    world.create(
      'storage.k8s.io/v1',
      'StorageClass',
      { name: String(name), namespace: null },
      {
        provisioner,
        reclaimPolicy: 'Delete',
        volumeBindingMode: name === 'local-storage' ? 'WaitForFirstConsumer' : 'Immediate',
      },
    );
  const hard = { 'requests.cpu': '16', 'requests.memory': '48Gi', pods: '100', services: '80' };
  const used = { 'requests.cpu': '6200m', 'requests.memory': '18Gi', pods: '58', services: '53' };
  world.create(
    'v1',
    'ResourceQuota',
    { name: 'ts-quota' },
    { spec: { hard }, status: { hard, used } },
  );
}

function addNode(world: World, name: string, index: number): void {
  const since = world.ago(90 * 86_400);
  const master = name === MASTER;
  const condition = (type: string, status: string, reason: string, message: string): Tree => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: since,
    lastHeartbeatTime: world.ago(40),
  });
  const sizes = {
    cpu: '16',
    memory: '65806932Ki',
    pods: '110',
    'ephemeral-storage': '206290920Ki',
  };
  world.create(
    'v1',
    'Node',
    {
      name,
      namespace: null,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        ...(master ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
      },
      creationTimestamp: since,
    },
    {
      spec: {
        podCIDR: `10.244.${index}.0/24`,
        ...(master
          ? { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }
          : {}),
      },
      status: {
        capacity: sizes,
        allocatable: { ...sizes, memory: '65704532Ki', 'ephemeral-storage': '190117711491' },
        addresses: [
          { type: 'InternalIP', address: `192.168.31.${20 + index}` },
          { type: 'Hostname', address: name },
        ],
        conditions: [
          condition(
            'NetworkUnavailable',
            'False',
            'FlannelIsUp',
            'Flannel is running on this node',
          ),
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
          kubeletVersion: 'v1.29.4',
          containerRuntimeVersion: 'containerd://1.7.16',
          kernelVersion: '5.15.0-105-generic',
          osImage: 'Ubuntu 22.04.4 LTS',
          architecture: 'amd64',
        },
      },
    },
  );
  const of = { instance: `192.168.31.${20 + index}:9100`, job: 'node-exporter', node: name };
  world.metric('node_load1', of, () => 2.1);
  world.metric('node_memory_MemAvailable_bytes', of, () => 31 * GI);
  world.metric('node_memory_MemTotal_bytes', of, () => 62 * GI);
  for (const [mode, rate] of [
    ['idle', 13.6],
    ['user', 1.6],
    ['system', 0.6],
    ['iowait', 0.05],
  ] as const)
    world.metric('node_cpu_seconds_total', { ...of, mode }, counter(rate));
  world.metric('node_netstat_Tcp_RetransSegs', of, counter(0.4));
  world.metric('node_netstat_Tcp_OutSegs', of, counter(3_200));
  for (const series of ['receive_drop', 'transmit_drop', 'receive_errs', 'transmit_errs'])
    world.metric(`node_network_${series}_total`, { ...of, device: 'eth0' }, counter(0));
  for (const series of ['receive_bytes', 'transmit_bytes'])
    world.metric(`node_network_${series}_total`, { ...of, device: 'eth0' }, counter(1.4e6));
  for (const status of ['true', 'false', 'unknown'])
    world.metric('kube_node_status_condition', { node: name, condition: 'Ready', status }, () =>
      status === 'true' ? 1 : 0,
    );
}

/** What kubeadm and a few charts put beside the system. */
function addSystem(world: World): void {
  const system = { namespace: 'kube-system' };
  const every = [MASTER, ...world.nodeNames];
  world.deploy({ ...system, name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.11.1' });
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
  for (const [name, image] of [
    ['kube-proxy', 'registry.k8s.io/kube-proxy:v1.29.4'],
    ['kube-flannel-ds', 'docker.io/flannel/flannel:v0.25.1'],
  ] as const)
    world.deploy({ ...system, name, kind: 'DaemonSet', replicas: 4, image, nodes: every });
  world.deploy({ ...system, name: 'metrics-server', replicas: 1, port: 4443 });
  for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
    addStaticPod(world, name);
}

/** What the kubelet of the control plane runs by itself from a file. */
function addStaticPod(world: World, name: string): void {
  world.deploy({ namespace: 'kube-system', name, replicas: 1, nodes: [MASTER] });
  const app = world.app(name);
  const { pod, workload, replicaSet } = app;
  for (const owner of [workload, ...(replicaSet ? [replicaSet] : [])])
    world.objects.splice(world.objects.indexOf(owner), 1);
  mergePatch(pod, {
    metadata: {
      labels: { component: name, tier: 'control-plane', app: null, 'pod-template-hash': null },
      annotations: { 'kubernetes.io/config.source': 'file' },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Node', name: MASTER, uid: 'k8s-master', controller: true },
      ],
    },
    spec: { priorityClassName: 'system-node-critical', hostNetwork: true },
    status: { podIP: '192.168.31.20' },
  });
  const [container] = listAt(pod, 'spec', 'containers');
  if (container) mergePatch(container, { image: `registry.k8s.io/${name}:v1.29.4` });
  world.renamePod(pod, `${name}-${MASTER}`);
}
