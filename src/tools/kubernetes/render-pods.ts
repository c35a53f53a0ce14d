import type { TimeWindow } from '../../alert/window.ts';
import { alignColumns } from '../table.ts';
import { formatAge, toSecond } from '../time-range.ts';
import type { Pod } from './objects.ts';
import type { ContainerSummary, PodSummary, Termination } from './pod-status.ts';

export interface ListedPod {
  pod: Pod;
  summary: PodSummary;
}

const HEADING = ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'NODE'];
/** Unhealthy pods of one kind (same owner, same status) that are shown in full; more say nothing new. */
const SHOWN_OF_A_KIND = 3;
const NAMES_OF_A_FOLD = 4;
const MAX_MESSAGE = 400;

interface Row {
  cells: string[];
  details: string[];
}

/** `kubectl get pods` with what an on-call engineer would type next already under the unhealthy rows. */
export function renderPods(
  namespace: string,
  pods: readonly ListedPod[],
  truncated: boolean,
  window: TimeWindow,
): string {
  const unhealthy = pods.filter(({ summary }) => !summary.healthy);
  const healthy = pods.filter(({ summary }) => summary.healthy);
  const rows = [
    ...groupBy(unhealthy, kindOfTrouble).flatMap((group) => [
      ...group.slice(0, SHOWN_OF_A_KIND).map((pod) => row(pod, window)),
      ...fold(group.slice(SHOWN_OF_A_KIND), window),
    ]),
    ...groupBy(healthy, sameRow).flatMap((group) => fold(group, window)),
  ];
  const count = `${pods.length}${truncated ? ' or more' : ''} pod${pods.length === 1 ? '' : 's'}`;
  const lines = alignColumns([HEADING, ...rows.map(({ cells }) => cells)]);
  return [
    `Namespace ${namespace}: ${count}, ${unhealthy.length} unhealthy. Ages at ${toSecond(window.to)}.`,
    lines[0] ?? '',
    ...rows.flatMap(({ details }, index) => [
      lines[index + 1] ?? '',
      ...details.map((detail) => `    ${detail}`),
    ]),
    ...(truncated
      ? [`Only the first ${pods.length} were read: use label_selector to ask for fewer.`]
      : []),
  ].join('\n');
}

function groupBy(pods: readonly ListedPod[], key: (pod: ListedPod) => string): ListedPod[][] {
  return [...Map.groupBy(pods, key).values()];
}

function kindOfTrouble({ summary }: ListedPod): string {
  return JSON.stringify([summary.owner ?? summary.name, summary.status, summary.ready]);
}

function sameRow({ pod, summary }: ListedPod): string {
  const owner = pod.metadata.ownerReferences[0]?.name ?? summary.name;
  return JSON.stringify([owner, summary.status, summary.ready, summary.restarts]);
}

function fold(group: readonly ListedPod[], window: TimeWindow): Row[] {
  const [first] = group;
  if (!first) return [];
  if (group.length === 1) return [row(first, window)];
  const { summary } = first;
  const ages = group.map(({ pod }) => Date.parse(pod.metadata.creationTimestamp ?? ''));
  const restarts = group.map((it) => it.summary.restarts);
  const nodes = [...new Set(group.map((it) => it.summary.node || '<none>'))];
  return [
    {
      cells: [
        foldedName(group),
        summary.ready,
        summary.status,
        range(String(Math.min(...restarts)), String(Math.max(...restarts))),
        range(age(Math.max(...ages), window), age(Math.min(...ages), window)),
        nodes.length > 2 ? `${nodes.length} nodes` : nodes.join(','),
      ],
      details: [],
    },
  ];
}

/** `checkout-6b9f7c9d4-{2xk4p,9jw8q} (2 pods)`: shorter than the names, which can still be put together. */
function foldedName(group: readonly ListedPod[]): string {
  const names = group.map(({ summary }) => summary.name);
  const prefix = commonPrefix(names);
  const suffixes = names.slice(0, NAMES_OF_A_FOLD).map((name) => name.slice(prefix.length));
  const more = names.length > NAMES_OF_A_FOLD ? ',…' : '';
  return `${prefix}{${suffixes.join(',')}${more}} (${names.length} pods)`;
}

/** Up to the last hyphen that all names share. */
function commonPrefix(names: readonly string[]): string {
  const [first = '', ...others] = names;
  let length = first.length;
  for (const name of others) {
    while (!name.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, first.lastIndexOf('-', length - 1) + 1);
}

function range(low: string, high: string): string {
  return low === high ? low : `${low}..${high}`;
}

function row({ pod, summary }: ListedPod, window: TimeWindow): Row {
  return {
    cells: [
      summary.name,
      summary.ready,
      summary.status,
      String(summary.restarts),
      age(Date.parse(pod.metadata.creationTimestamp ?? ''), window),
      summary.node || '<none>',
    ],
    details: [
      ...podDetails(pod, summary),
      ...summary.containers.flatMap((container) => containerDetails(container, summary.healthy)),
    ],
  };
}

/** How old at the end of the window. `+3m` came into being three minutes after it. */
function age(createdMs: number, window: TimeWindow): string {
  if (Number.isNaN(createdMs)) return '<unknown>';
  const ms = Date.parse(window.to) - createdMs;
  return ms < 0 ? `+${formatAge(-ms)}` : formatAge(ms);
}

function podDetails(pod: Pod, summary: PodSummary): string[] {
  if (summary.healthy) return [];
  const details = pod.status.message === '' ? [] : [oneLine(pod.status.message)];
  for (const condition of pod.status.conditions) {
    if (condition.type === 'PodScheduled' && condition.status === 'False' && condition.message) {
      details.push(`${condition.reason ?? 'not scheduled'}: ${oneLine(condition.message)}`);
    }
  }
  return details;
}

function containerDetails(container: ContainerSummary, podHealthy: boolean): string[] {
  const who = container.init ? `init ${container.name}` : container.name;
  const last = container.last;
  return [
    ...(podHealthy ? [] : currentTrouble(container).map((trouble) => `${who}: ${trouble}`)),
    ...(last && last.exitCode !== 0 ? [`${who}: last ended ${describeTermination(last)}`] : []),
  ];
}

function currentTrouble(container: ContainerSummary): string[] {
  const { state, reason, exitCode, message } = container;
  if (state === 'running') {
    const expected = container.ready || container.init;
    return expected ? [] : [`running since ${instant(container.startedAt)}, not ready`];
  }
  // Waiting for the init containers is their trouble, not this one's.
  if (reason === '' || reason === 'PodInitializing' || exitCode === 0) return [];
  return [`${state} ${reason}${exitCode === null ? '' : `, exit ${exitCode}`}${told(message)}`];
}

/** `OOMKilled, exit 137, at 2026-11-21T03:11:40Z after 98s`. */
export function describeTermination(end: Termination): string {
  const ran = Date.parse(end.finishedAt ?? '') - Date.parse(end.startedAt ?? '');
  const after = Number.isNaN(ran) ? '' : ` after ${formatAge(ran)}`;
  return `${end.reason}, exit ${end.exitCode}, at ${instant(end.finishedAt)}${after}${told(end.message)}`;
}

function told(message: string): string {
  return message === '' ? '' : `: ${oneLine(message)}`;
}

export function instant(at: string | null | undefined): string {
  const ms = Date.parse(at ?? '');
  return Number.isNaN(ms) ? '<unknown>' : toSecond(ms);
}

export function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= MAX_MESSAGE
    ? flat
    : `${flat.slice(0, MAX_MESSAGE)}… (${flat.length} characters)`;
}
