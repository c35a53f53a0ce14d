import type { DiagnosisCase } from '../case.ts';
import { listAt, mergePatch, objectAt, type Tree } from '../merge-patch.ts';
import type { World } from '../world.ts';

/** What pages people about the booking system: what users see, or that something in the namespace is wrong. */
export const USERS: DiagnosisCase['alert'] = {
  name: 'TrainTicketErrorRateHigh',
  labels: { service: 'ts-ui-dashboard' },
  summary: 'More than 5 % of the requests to train.example fail',
};
export const GATEWAY: DiagnosisCase['alert'] = {
  name: 'GatewayErrorBudgetBurn',
  labels: { service: 'ts-gateway-service' },
  summary: 'ts-gateway-service answers with 5xx',
};
export const SLOW: DiagnosisCase['alert'] = {
  name: 'TrainTicketLatencyHigh',
  labels: { service: 'ts-gateway-service' },
  summary: 'p99 of ts-gateway-service is over 3 s',
};
export const NAMESPACE: DiagnosisCase['alert'] = {
  name: 'NamespaceDegraded',
  summary: 'Something in namespace ts does not work',
};

/** A ReplicaSet whose pods the API server refuses. */
export function podsRefused(
  world: World,
  name: string,
  refusal: (pod: string) => string,
  { events = true, secondsAgo = 900 }: { events?: boolean; secondsAgo?: number } = {},
): void {
  const app = world.app(name);
  const owner = app.replicaSet ?? app.workload;
  const message = refusal(`${owner.metadata.name}-7wq4x`);
  app.losePods(app.pods.length);
  if (app.replicaSet) {
    const failure: Tree = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message,
      lastTransitionTime: world.ago(secondsAgo),
    };
    listAt(app.workload, 'status', 'conditions').push({
      ...failure,
      lastUpdateTime: world.ago(secondsAgo),
    });
    listAt(owner, 'status', 'conditions').push(failure);
  }
  if (!events) return;
  world.event(owner, {
    type: 'Warning',
    reason: 'FailedCreate',
    message: `Error creating: ${message}`,
    count: 17,
    first: secondsAgo,
    last: 210,
    from: 'replicaset-controller',
  });
}

/** A claim that waits, and the workload whose pods wait for it. */
export function pendingClaim(
  world: World,
  app: string,
  claim: { name: string; spec: Tree; event?: { reason: string; message: string; normal?: true } },
  scheduler = 'pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.',
): void {
  const { name, spec, event } = claim;
  const made = world.create(
    'v1',
    'PersistentVolumeClaim',
    { name, creationTimestamp: world.ago(1_400) },
    { spec, status: { phase: 'Pending' } },
  );
  world
    .app(app)
    .patchSpec({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] })
    .unschedulable(`0/4 nodes are available: ${scheduler}`, { secondsAgo: 1_390 });
  if (event)
    world.event(made, {
      type: event.normal ? 'Normal' : 'Warning',
      reason: event.reason,
      message: event.message,
      count: 62,
      first: 1_390,
      last: 12,
      from: 'persistentvolume-controller',
    });
}

export function volume(world: World, name: string, spec: Tree, phase = 'Available'): void {
  world.create(
    'v1',
    'PersistentVolume',
    { name, namespace: null },
    {
      spec: {
        persistentVolumeReclaimPolicy: 'Retain',
        nfs: { server: '192.168.31.9', path: `/export/${name}` },
        ...spec,
      },
      status: { phase },
    },
  );
}

/** The kubelet's words about a probe, again and again, with its restarts where it kills for it. */
export function probeFails(
  world: World,
  name: string,
  kind: 'Liveness' | 'Readiness',
  words: string,
): void {
  const { pod, container } = world.app(name);
  world.event(pod, {
    type: 'Warning',
    reason: 'Unhealthy',
    message: `${kind} probe failed: ${words}`,
    count: 64,
    first: 1_100,
    last: 9,
  });
  if (kind === 'Liveness')
    world.event(pod, {
      reason: 'Killing',
      message: `Container ${container} failed liveness probe, will be restarted`,
      count: 9,
      first: 1_060,
      last: 95,
    });
}

export function podIp(world: World, name: string): string {
  return String(objectAt(world.app(name).pod, 'status').podIP);
}

/** Changes what a Service says, and lets the endpoint controller follow. */
export function patchService(world: World, name: string, spec: Tree): void {
  world.patch('Service', name, { spec });
  world.syncEndpoints(name);
}

/** All that is on a node, of the booking system. */
export function podsOn(world: World, node: string): World['objects'] {
  return world.objects.filter((it) => it.kind === 'Pod' && objectAt(it, 'spec').nodeName === node);
}

/** What the node lifecycle controller does when a node is no longer ready. */
export function nodeLost(
  world: World,
  node: string,
  {
    status,
    reason,
    message,
    secondsAgo,
  }: { status: 'False' | 'Unknown'; reason: string; message: string; secondsAgo: number },
): void {
  const object = world.object('Node', node);
  const since = world.ago(secondsAgo);
  for (const condition of listAt(object, 'status', 'conditions')) {
    if (condition.type === 'NetworkUnavailable') continue;
    if (condition.type !== 'Ready' && status === 'False') continue;
    mergePatch(condition, {
      status,
      reason,
      message,
      lastTransitionTime: since,
      lastHeartbeatTime: world.ago(status === 'Unknown' ? secondsAgo + 42 : 20),
    });
  }
  const key = `node.kubernetes.io/${status === 'Unknown' ? 'unreachable' : 'not-ready'}`;
  mergePatch(object, {
    spec: {
      taints: [
        { key, effect: 'NoSchedule', timeAdded: since },
        { key, effect: 'NoExecute', timeAdded: since },
      ],
    },
  });
  world.event(object, {
    reason: 'NodeNotReady',
    message: `Node ${node} status is now: NodeNotReady`,
    first: secondsAgo,
    from: 'node-controller',
  });
  for (const pod of podsOn(world, node)) {
    for (const condition of listAt(pod, 'status', 'conditions'))
      if (condition.type === 'Ready')
        mergePatch(condition, { status: 'False', lastTransitionTime: since });
    world.event(pod, {
      type: 'Warning',
      reason: 'NodeNotReady',
      message: 'Node is not ready',
      first: secondsAgo,
      from: 'node-controller',
    });
  }
  for (const { kind, metadata } of [...world.objects])
    if (kind === 'Service') world.syncEndpoints(metadata.name, String(metadata.namespace));
  world.remetric('kube_node_status_condition', { node, status: 'true' }, (ago) =>
    ago > secondsAgo ? 1 : 0,
  );
  world.remetric(
    'kube_node_status_condition',
    { node, status: status === 'Unknown' ? 'unknown' : 'false' },
    (ago) => (ago > secondsAgo ? 0 : 1),
  );
}
