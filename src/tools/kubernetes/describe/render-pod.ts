import type { ConditionDetail } from '../condition-detail.ts';
import type { ContainerDetail } from '../container-detail.ts';
import { describeTermination } from '../kinds/pod.ts';
import { instant, oneLine, pairs } from '../wording.ts';
import { formatOwners } from './owners.ts';
import type { PodDescription } from './pod-description.ts';
import {
  containerFacts,
  problemLines,
  renderConditions,
  renderConfigMaps,
  renderContainer,
  renderEvents,
  section,
} from './sections.ts';

/** `kubectl describe pod` without what is empty, default or the same for every pod. */
export function renderPodDescription(pod: PodDescription): string {
  return [
    `Pod ${pod.namespace}/${pod.name}: ${pod.status}, ready ${pod.ready}, ${pod.restarts} restarts`,
    ...problemLines(pod.problems),
    ...identity(pod),
    ...(pod.message === '' ? [] : [`Message: ${oneLine(pod.message)}`]),
    ...section(
      'Containers:',
      pod.containers.flatMap((it) => container(it, pod)),
    ),
    ...section('Conditions:', renderConditions(unmet(pod))),
    ...section(
      'Volumes:',
      pod.volumes.map(({ name, source }) => `${name}: ${source}`),
    ),
    ...section('Keys of its ConfigMaps:', renderConfigMaps(pod.configMaps)),
    ...(pod.node === '' ? renderScheduling(pod) : []),
    ...renderEvents(pod.events),
    ...pod.gaps.map((gap) => `Note: ${gap}`),
  ].join('\n');
}

function identity(pod: PodDescription): string[] {
  const labels = pairs(ownLabels(pod));
  return [
    `Owner: ${formatOwners(pod.owners)}   Node: ${pod.node || '<none>'}   Service account: ${pod.serviceAccount || 'default'}` +
      `${pod.qosClass && `   QoS: ${pod.qosClass}`}`,
    `Created: ${instant(pod.createdAt)}` +
      (pod.restartedAt ? `   Rollout restarted: ${instant(pod.restartedAt)}` : '') +
      (pod.deletionAt ? `   Being deleted, grace ends: ${instant(pod.deletionAt)}` : ''),
    ...(labels === '' ? [] : [`Labels: ${labels}`]),
  ];
}

/** Of a pod all conditions should be met, so one that is says nothing. Which containers are not ready is told of each. */
function unmet({ conditions }: PodDescription): ConditionDetail[] {
  return conditions
    .filter(({ status, reason }) => status !== 'True' || reason !== '')
    .map((it) => (it.reason === 'ContainersNotReady' ? { ...it, message: '' } : it));
}

/** By which its owner, which is named, tells its own pods. */
const OF_CONTROLLERS = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
]);

function ownLabels({ labels }: PodDescription): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !OF_CONTROLLERS.has(name)));
}

function container(container: ContainerDetail, { containers }: PodDescription): string[] {
  const { last, restarts } = container;
  // The headline has the sum already.
  const alone = containers.length === 1;
  return renderContainer(container, [
    ['state', describeState(container)],
    ['last ended', last ? describeTermination(last) : ''],
    ['restarts', restarts > 0 && !alone ? String(restarts) : ''],
    ...containerFacts(container),
  ]);
}

function describeState(container: ContainerDetail): string {
  const { state, reason, message, exitCode, startedAt, ready, init } = container;
  if (state === 'running') {
    return `running since ${instant(startedAt)}${init ? '' : ready ? ', ready' : ', not ready'}`;
  }
  if (state === 'unknown') return 'not started';
  const exit = exitCode === null ? '' : `, exit ${exitCode}`;
  return `${state} ${reason}${exit}${message === '' ? '' : `: ${oneLine(message)}`}`;
}

function renderScheduling(pod: PodDescription): string[] {
  const selector = pairs(pod.nodeSelector);
  return [
    `Node selector: ${selector || 'none'}`,
    `Tolerations: ${pod.tolerations.join(', ') || 'none'}`,
  ];
}
