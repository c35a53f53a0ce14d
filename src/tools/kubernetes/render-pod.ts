import { alignColumns } from '../table.ts';
import type { ContainerDetail, EnvDetail } from './container-detail.ts';

import type { EventSummary } from './events.ts';
import type { PodDescription } from './pod-description.ts';
import { describeTermination, instant, oneLine } from './render-pods.ts';

const MAX_EVENTS = 50;

/** `kubectl describe pod` without what is empty, default or the same for every pod. */
export function renderPodDescription(pod: PodDescription): string {
  return [
    `Pod ${pod.namespace}/${pod.name}: ${pod.status}, ready ${pod.ready}, ${pod.restarts} restarts`,
    ...identity(pod),
    ...(pod.message === '' ? [] : [`Message: ${oneLine(pod.message)}`]),
    'Containers:',
    ...pod.containers.flatMap(renderContainer),
    'Conditions:',
    ...renderConditions(pod),
    ...section(
      'Volumes:',
      pod.volumes.map(({ name, source }) => `${name}: ${source}`),
    ),
    ...(pod.node === '' ? renderScheduling(pod) : []),
    ...renderEvents(pod.events),
    ...pod.gaps.map((gap) => `Note: ${gap}`),
  ].join('\n');
}

function identity(pod: PodDescription): string[] {
  const owner = pod.owner ? `${pod.owner.kind}/${pod.owner.name}` : 'none';
  const via =
    pod.controlledBy === null || pod.controlledBy === owner ? '' : ` (${pod.controlledBy})`;
  const labels = pairs(pod.labels);
  return [
    `Owner: ${owner}${via}   Node: ${pod.node || '<none>'}   Service account: ${pod.serviceAccount || 'default'}` +
      `${pod.qosClass && `   QoS: ${pod.qosClass}`}`,
    `Created: ${instant(pod.createdAt)}` +
      (pod.restartedAt ? `   Rollout restarted: ${instant(pod.restartedAt)}` : '') +
      (pod.deletionAt ? `   Being deleted, grace ends: ${instant(pod.deletionAt)}` : ''),
    ...(labels === '' ? [] : [`Labels: ${labels}`]),
  ];
}

function pairs(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

function renderContainer(container: ContainerDetail): string[] {
  const { last, requests, limits, probes } = container;
  const facts: [string, string][] = [
    ['state', describeState(container)],
    ['last ended', last ? describeTermination(last) : ''],
    ['restarts', container.restarts > 0 ? String(container.restarts) : ''],
    ['limits', pairs(limits) || (container.init ? '' : 'none')],
    ['requests', pairs(requests) || (container.init ? '' : 'none')],
    ['command', oneLine(container.command)],
    ['ports', container.ports.join(', ')],
    ...Object.entries(probes).map(([kind, probe]): [string, string] => [kind, probe]),
    ['env', container.env.map(renderEnv).join('; ')],
    ['env from', container.envFrom.join(', ')],
    ['mounts', container.mounts.join(', ')],
  ];
  const told = facts.filter(([, value]) => value !== '');
  return [
    `  ${container.init ? 'init ' : ''}${container.name}: ${container.image}`,
    ...alignColumns(told).map((line) => `    ${line}`),
  ];
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

function renderEnv({ name, value, from }: EnvDetail): string {
  return from === null ? `${name}=${oneLine(value ?? '')}` : `${name} from ${from}`;
}

function renderConditions(pod: PodDescription): string[] {
  if (pod.conditions.length === 0) return ['  none'];
  const rows = pod.conditions.map(({ type, status, reason, message, since }) => [
    type,
    status,
    instant(since),
    [reason, oneLine(message)].filter((part) => part !== '').join(': '),
  ]);
  return alignColumns(rows).map((line) => `  ${line}`);
}

function renderScheduling(pod: PodDescription): string[] {
  const selector = pairs(pod.nodeSelector);
  return [
    `Node selector: ${selector || 'none'}`,
    `Tolerations: ${pod.tolerations.join(', ') || 'none'}`,
  ];
}

function renderEvents(events: readonly EventSummary[]): string[] {
  if (events.length === 0) return ['Events: none (the cluster forgets them after about an hour)'];
  const shown = events.slice(-MAX_EVENTS);
  const rows = shown.map((event) => [
    instant(event.lastAt),
    event.type,
    event.count > 1
      ? `${event.reason} x${event.count} since ${instant(event.firstAt)}`
      : event.reason,
    [event.from, oneLine(event.message)].filter((part) => part !== '').join(': '),
  ]);
  const cut = events.length - shown.length;
  return [
    cut === 0 ? 'Events, oldest first:' : `Events, oldest first (${cut} older ones left out):`,
    ...alignColumns(rows).map((line) => `  ${line}`),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}
