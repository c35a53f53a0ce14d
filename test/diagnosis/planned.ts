import { mergePatch } from './merge-patch.ts';
import { counter, type World } from './world.ts';

/** The share of failures of a server over time, each second before the end. */
export function failing(world: World, name: string, share: (secondsAgo: number) => number): void {
  const RATE = 10;
  const total = new Map<number, number>();
  let failed = 0;
  for (let ago = 8000; ago >= 0; ago -= 20) {
    failed += 20 * RATE * share(ago);
    total.set(ago, failed);
  }
  const [pod] = world.app(name).pods;
  const labels = { namespace: world.namespace, pod: pod?.metadata.name ?? '', service: name };
  const count = 'http_server_requests_seconds_count';
  world.metric(count, { ...labels, status: '503' }, (ago) => total.get(ago - (ago % 20)) ?? 0);
  world.metric(count, { ...labels, status: '200' }, counter(RATE));
}

export function scaledBy(
  world: World,
  name: string,
  manager: string,
  replicas: number,
  ago: number,
) {
  const app = world.app(name);
  const from = app.pods.length;
  mergePatch(app.workload, {
    spec: { replicas },
    metadata: {
      managedFields: [
        {
          manager,
          operation: 'Update',
          apiVersion: 'apps/v1',
          time: world.ago(ago),
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:spec': { 'f:replicas': {} } },
        },
      ],
    },
  });
  if (app.replicaSet) mergePatch(app.replicaSet, { spec: { replicas } });
  app.losePods(from - replicas);
  world.event(app.workload, {
    reason: 'ScalingReplicaSet',
    message: `Scaled down replica set ${app.replicaSet?.metadata.name} from ${from} to ${replicas}`,
    first: ago,
    from: 'deployment-controller',
  });
}

/** Cordoned and emptied: its pods run elsewhere. */
export function drain(world: World, node: string, ago: number, ready: boolean): void {
  const taint = {
    key: 'node.kubernetes.io/unschedulable',
    effect: 'NoSchedule',
    timeAdded: world.ago(ago),
  };
  mergePatch(world.object('Node', node), {
    spec: { unschedulable: true, taints: [taint] },
    metadata: {
      managedFields: [
        {
          manager: 'kubectl-cordon',
          operation: 'Update',
          apiVersion: 'v1',
          time: world.ago(ago),
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:spec': { 'f:unschedulable': {} } },
        },
      ],
    },
  });
  world.event(world.object('Node', node), {
    reason: 'NodeNotSchedulable',
    message: `Node ${node} status is now: NodeNotSchedulable`,
    first: ago,
  });
  const [other = ''] = world.nodeNames.filter((it) => it !== node);
  for (const pod of world.objects.filter(({ kind }) => kind === 'Pod')) {
    if (Object.entries(pod.spec ?? {}).some(([key, value]) => key === 'nodeName' && value === node))
      mergePatch(pod, { spec: { nodeName: other } });
  }
  if (ready) return;
  mergePatch(world.object('Node', node), {
    status: {
      conditions: [
        {
          type: 'Ready',
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastTransitionTime: world.ago(ago - 300),
        },
      ],
    },
  });
}
