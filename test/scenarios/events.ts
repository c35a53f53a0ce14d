import { digest } from '../../src/lib/digest.ts';
import type { KubernetesObject } from '../fakes/kubernetes.ts';
import { metadataOf } from './kubernetes-objects.ts';
import { after, START_SECONDS } from './times.ts';

export interface Occurrence {
  type?: 'Normal' | 'Warning';
  reason: string;
  message: string;
  count?: number;
  first: string;
  last?: string;
  from: 'kubelet' | 'default-scheduler' | 'deployment-controller' | 'job-controller';
  node?: string;
}

/** A core/v1 Event about `object`, as the old events API writes it: counted, with first and last time. */
export function event(object: KubernetesObject, seen: Occurrence): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  const namespace = String(metadata.namespace);
  const { type = 'Normal', reason, message, count = 1, first, last = first, from, node } = seen;
  const suffix = digest(['event', metadata.name, reason, message, first], 16);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: metadataOf(
      'Event',
      { namespace, name: `${metadata.name}.${suffix}`, createdAt: first },
      null,
    ),
    involvedObject: { apiVersion, kind, namespace, name: metadata.name, uid: String(metadata.uid) },
    type,
    reason,
    message,
    count,
    firstTimestamp: first,
    lastTimestamp: last,
    eventTime: null,
    source: { component: from, ...(node === undefined ? {} : { host: node }) },
    reportingComponent: from,
    reportingInstance: node ?? '',
  };
}

/** What the events of a pod's way to its first running container say. */
export interface Start {
  container: string;
  image: string;
  node: string;
  at: string;
  /** How long the pull took; null when the node had the image. */
  pullSeconds: number | null;
  /** How often the container was started since, and when last: equal events are counted as one. */
  again?: { count: number; last: string };
}

export function startEvents(pod: KubernetesObject, start: Start): KubernetesObject[] {
  const { container, image, node, at, pullSeconds, again } = start;
  const repeated = again ? { count: 1 + again.count, last: again.last } : {};
  const { namespace, name } = pod.metadata;
  // The sandbox and its network take the time up to here.
  const pulled = after(at, START_SECONDS);
  const assigned = `Successfully assigned ${String(namespace)}/${name} to ${node}`;
  return [
    event(pod, { reason: 'Scheduled', message: assigned, first: at, from: 'default-scheduler' }),
    ...(pullSeconds === null ? [] : [kubelet('Pulling', `Pulling image "${image}"`, after(at, 1))]),
    kubelet('Pulled', pulledMessage(image, pullSeconds), pulled),
    kubelet('Created', `Created container: ${container}`, pulled, repeated),
    kubelet('Started', `Started container ${container}`, pulled, repeated),
  ];

  function kubelet(
    reason: string,
    message: string,
    first: string,
    more: { count?: number; last?: string } = {},
  ): KubernetesObject {
    return event(pod, { reason, message, first, from: 'kubelet', node, ...more });
  }
}

function pulledMessage(image: string, seconds: number | null): string {
  return seconds === null
    ? `Container image "${image}" already present on machine`
    : `Successfully pulled image "${image}" in ${seconds}s (${seconds}s including waiting). Image size: 84212736 bytes.`;
}
