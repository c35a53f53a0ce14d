import { digest } from '../../src/lib/digest.ts';
import type { KubernetesObject } from '../fakes/kubernetes.ts';
import { uidOf } from '../scenarios/kubernetes-objects.ts';
import type { AppOptions } from './app.ts';
import { isTree, mergePatch, type Tree } from './merge-patch.ts';
import { counter, type World } from './world.ts';

const DAY = 86_400;

/** What a pod's spec is without anything that a case chooses. */
function podSpec({
  name,
  container = name,
  image = `registry.example/shop/${name}:1.0.0`,
  port,
  env = {},
  spec = {},
}: AppOptions): Tree {
  const made: Tree = {
    serviceAccountName: 'default',
    containers: [
      {
        name: container,
        image,
        imagePullPolicy: 'IfNotPresent',
        env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
        ...(port === undefined
          ? {}
          : {
              ports: [{ containerPort: port, protocol: 'TCP' }],
              readinessProbe: {
                tcpSocket: { port },
                periodSeconds: 10,
                timeoutSeconds: 1,
                successThreshold: 1,
                failureThreshold: 3,
              },
              livenessProbe: {
                tcpSocket: { port },
                periodSeconds: 10,
                timeoutSeconds: 1,
                successThreshold: 1,
                failureThreshold: 3,
              },
            }),
        resources: {
          requests: { cpu: '100m', memory: '64Mi' },
          limits: { cpu: '500m', memory: '256Mi' },
        },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
  };
  mergePatch(made, spec);
  return made;
}

export function hashOf(...words: string[]): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return [...digest(['hash', ...words], 18)]
    .map(
      (_, index, all) =>
        alphabet[Number.parseInt(all.slice(index, index + 2).join(''), 16) % alphabet.length] ??
        'b',
    )
    .slice(0, 9)
    .join('');
}

export function podName(owner: string, index: number): string {
  return `${owner}-${hashOf(owner, String(index)).slice(0, 5)}`;
}

export function ownerOf(kind: string, name: string, namespace = 'shop'): Tree {
  return {
    apiVersion: 'apps/v1',
    kind,
    name,
    uid: uidOf(kind, namespace, name),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The objects of a workload that is well, and its series. */
export function buildApp(world: World, options: AppOptions, hash: string): void {
  const {
    name,
    kind = 'Deployment',
    replicas = 2,
    port,
    namespace = world.namespace,
    nodes = world.nodeNames,
  } = options;
  const labels = { app: name };
  const spec = podSpec(options);
  const template = (more: Tree = {}): Tree => ({
    metadata: { labels: { ...labels, ...more } },
    spec: structuredClone(spec),
  });
  const counts = {
    replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    updatedReplicas: replicas,
    observedGeneration: 1,
  };
  const revision = { 'deployment.kubernetes.io/revision': '1' };
  world.create(
    'apps/v1',
    kind,
    {
      name,
      namespace,
      labels,
      generation: 1,
      annotations: kind === 'Deployment' ? { ...revision } : {},
    },
    {
      spec: {
        ...(kind === 'DaemonSet' ? {} : { replicas }),
        ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
        selector: { matchLabels: labels },
        template: template(),
      },
      status:
        kind === 'DaemonSet'
          ? {
              desiredNumberScheduled: replicas,
              currentNumberScheduled: replicas,
              updatedNumberScheduled: replicas,
              numberReady: replicas,
              numberAvailable: replicas,
              observedGeneration: 1,
            }
          : {
              ...counts,
              ...(kind === 'Deployment' ? { conditions: healthyConditions(world) } : {}),
            },
    },
  );
  const owner = kind === 'Deployment' ? `${name}-${hash}` : name;
  const podLabels: Record<string, string> =
    kind === 'Deployment' ? { 'pod-template-hash': hash } : {};
  if (kind === 'Deployment') {
    world.create(
      'apps/v1',
      'ReplicaSet',
      {
        name: owner,
        namespace,
        labels: { ...labels, ...podLabels },
        annotations: { ...revision },
        ownerReferences: [ownerOf('Deployment', name, namespace)],
      },
      {
        spec: {
          replicas,
          selector: { matchLabels: { ...labels, ...podLabels } },
          template: template(podLabels),
        },
        status: { ...counts },
      },
    );
  }
  for (let index = 0; index < replicas; index += 1) {
    const podName_ = kind === 'StatefulSet' ? `${name}-${index}` : podName(owner, index);
    runningPod(world, {
      name: podName_,
      namespace,
      labels: { ...labels, ...podLabels },
      owner: ownerOf(kind === 'Deployment' ? 'ReplicaSet' : kind, owner, namespace),
      spec,
      node: nodes[index % nodes.length] ?? '',
    });
  }
  if (port !== undefined) {
    const address = digest(['ip', name], 4);
    world.create(
      'v1',
      'Service',
      { name, namespace, labels },
      {
        spec: {
          type: 'ClusterIP',
          clusterIP: `10.96.${Number.parseInt(address.slice(0, 2), 16)}.${Number.parseInt(address.slice(2), 16)}`,
          selector: labels,
          ports: [{ name: 'tcp', port, targetPort: port, protocol: 'TCP' }],
        },
        status: { loadBalancer: {} },
      },
    );
    world.create(
      'discovery.k8s.io/v1',
      'EndpointSlice',
      {
        name: `${name}-${hashOf(name, 'slice').slice(0, 5)}`,
        namespace,
        labels: { 'kubernetes.io/service-name': name },
      },
      {
        addressType: 'IPv4',
        endpoints: [],
        ports: [{ name: 'tcp', port, protocol: 'TCP' }],
      },
    );
    world.syncEndpoints(name, namespace);
  }
}

function healthyConditions(world: World): Tree[] {
  return [
    {
      type: 'Available',
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
      lastTransitionTime: world.ago(20 * DAY),
    },
    {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: 'ReplicaSet has successfully progressed.',
      lastTransitionTime: world.ago(20 * DAY),
    },
  ];
}

interface PodOptions {
  name: string;
  namespace: string;
  labels: Record<string, string>;
  owner: Tree;
  spec: Tree;
  node: string;
}

function runningPod(
  world: World,
  { name, namespace, labels, owner, spec, node }: PodOptions,
): KubernetesObject {
  const since = world.ago(5 * DAY);
  const containers = Array.isArray(spec.containers) ? spec.containers.filter(isTree) : [];
  const octets = digest(['pod', name], 4);
  const condition = (type: string) => ({
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: since,
  });
  const pod = world.create(
    'v1',
    'Pod',
    { name, namespace, labels, ownerReferences: [owner], creationTimestamp: since },
    {
      spec: { ...structuredClone(spec), nodeName: node },
      status: {
        phase: 'Running',
        podIP: `10.244.${Number.parseInt(octets.slice(0, 2), 16)}.${Number.parseInt(octets.slice(2), 16)}`,
        qosClass: 'Burstable',
        startTime: since,
        conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(condition),
        containerStatuses: containers.map((container) => ({
          name: container.name ?? name,
          image: container.image ?? '',
          imageID: `${String(container.image)}@sha256:${digest(['image', String(container.image)], 64)}`,
          containerID: `containerd://${digest([name, String(container.name)], 64)}`,
          ready: true,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: since } },
          lastState: {},
        })),
      },
    },
  );
  const container = String(containers[0]?.name ?? name);
  const of = { namespace, pod: name, container };
  world.metric('container_cpu_usage_seconds_total', of, counter(0.05));
  world.metric('container_memory_working_set_bytes', of, () => 90 * 1024 * 1024);
  world.metric('kube_pod_container_status_restarts_total', of, () => 0);
  world.metric(
    'kube_pod_container_resource_limits',
    { ...of, resource: 'memory', unit: 'byte', node },
    () => 256 * 1024 * 1024,
  );
  world.metric(
    'kube_pod_container_resource_limits',
    { ...of, resource: 'cpu', unit: 'core', node },
    () => 0.5,
  );
  return pod;
}
