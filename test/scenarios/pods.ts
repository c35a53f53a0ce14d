import { digest } from '../../src/lib/digest.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { KubernetesObject } from '../fakes/kubernetes.ts';
import {
  imageIdOf,
  metadataOf,
  type Owner,
  type PodTemplate,
  podSpecOf,
  replicaSetOwner,
} from './kubernetes-objects.ts';
import { after, START_SECONDS } from './times.ts';

/** Where and since when a pod is. Its address follows from its name. */
export interface Placement {
  name: string;
  owner: Owner;
  node: string;
  createdAt: string;
}

/** What the kubelet says of one container. */
export interface ContainerReport {
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: JsonObject;
  lastState: JsonObject;
  /** False when no image was ever pulled: there is then no image id and no container id. */
  created: boolean;
}

/** A pod whose containers are all in the state that `report` gives, ready or not since `changedAt`. */
export function pod(
  template: PodTemplate,
  placement: Placement,
  status: { phase: string; changedAt: string; report: ContainerReport },
): KubernetesObject {
  const { name, owner, node, createdAt } = placement;
  const { namespace, labels } = template;
  const { phase, report } = status;
  const hex = digest(['pod', namespace, name], 12);
  const octet = (at: number) => (Number.parseInt(hex.slice(at, at + 2), 16) % 250) + 2;
  const hostIP = `10.20.0.${(Number.parseInt(digest(['node', node], 2), 16) % 250) + 2}`;
  const podIP = `10.42.${octet(0) % 12}.${octet(2)}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadataOf('Pod', { namespace, name, createdAt, labels }, owner),
      generateName: `${owner.name}-`,
    },
    spec: { ...podSpecOf(template, `kube-api-access-${hex.slice(0, 5)}`), nodeName: node },
    status: {
      phase,
      conditions: conditionsOf(template, placement, status),
      hostIP,
      hostIPs: [{ ip: hostIP }],
      podIP,
      podIPs: [{ ip: podIP }],
      startTime: createdAt,
      containerStatuses: template.containers.map((container) => ({
        name: container.name,
        state: report.state,
        lastState: report.lastState,
        ready: report.ready,
        restartCount: report.restartCount,
        image: container.image,
        imageID: report.created ? imageIdOf(container.image) : '',
        ...(report.created ? { containerID: containerIdOf(name, report.restartCount) } : {}),
        started: report.started,
      })),
      qosClass: 'Burstable',
    },
  };
}

export function containerIdOf(pod: string, restart: number): string {
  return `containerd://${digest(['container', pod, String(restart)])}`;
}

function conditionsOf(
  template: PodTemplate,
  { createdAt }: Placement,
  { phase, changedAt, report }: Parameters<typeof pod>[2],
): JsonObject[] {
  const names = template.containers.map((container) => container.name).join(' ');
  const unready =
    phase === 'Succeeded'
      ? { reason: 'PodCompleted' }
      : { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
  const condition = (type: string, status: boolean, at: string, more: JsonObject = {}) => ({
    type,
    status: status ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: at,
    ...more,
  });
  const readiness = report.ready ? {} : unready;
  return [
    condition('PodReadyToStartContainers', phase !== 'Succeeded', after(createdAt, 2)),
    condition(
      'Initialized',
      true,
      createdAt,
      phase === 'Succeeded' ? { reason: 'PodCompleted' } : {},
    ),
    condition('Ready', report.ready, changedAt, readiness),
    condition('ContainersReady', report.ready, changedAt, readiness),
    condition('PodScheduled', true, createdAt),
  ];
}

/** A pod that has run since it was made, `ready` a few seconds later. */
export function runningPod(template: PodTemplate, placement: Placement): KubernetesObject {
  const startedAt = after(placement.createdAt, START_SECONDS);
  return pod(template, placement, {
    phase: 'Running',
    changedAt: after(startedAt, 9),
    report: {
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt } },
      lastState: {},
      created: true,
    },
  });
}

/** A pod of a Job that did its work in `seconds`. */
export function completedPod(
  template: PodTemplate,
  placement: Placement,
  seconds: number,
): KubernetesObject {
  const startedAt = after(placement.createdAt, START_SECONDS);
  const finishedAt = after(startedAt, seconds);
  const containerID = containerIdOf(placement.name, 0);
  return pod(template, placement, {
    phase: 'Succeeded',
    changedAt: finishedAt,
    report: {
      ready: false,
      started: false,
      restartCount: 0,
      state: {
        terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt, containerID },
      },
      lastState: {},
      created: true,
    },
  });
}

interface Replicas {
  template: PodTemplate;
  replicaSet: string;
  createdAt: string;
  nodes: string[];
  suffixes: string[];
}

/** Healthy pods of one ReplicaSet, spread over the nodes. */
export function runningReplicas(replicas: Replicas): KubernetesObject[] {
  const { template, replicaSet, createdAt, nodes, suffixes } = replicas;
  return suffixes.map((suffix, index) =>
    runningPod(template, {
      name: `${replicaSet}-${suffix}`,
      owner: replicaSetOwner(replicaSet),
      node: nodes[index % nodes.length] ?? '',
      createdAt: after(createdAt, index * 14),
    }),
  );
}
