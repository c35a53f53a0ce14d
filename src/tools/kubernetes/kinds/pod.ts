import type { TimeWindow } from '../../../alert/window.ts';
import { formatAge } from '../../time-range.ts';
import { Pod } from '../objects/pod.ts';
import {
  type ContainerSummary,
  type PodSummary,
  summarisePod,
  type Termination,
} from '../pod-status.ts';
import { instant, oneLine } from '../wording.ts';
import { ageOf, type Health, kindView } from './kind-view.ts';

/** `kubectl get pods` with what an on-call engineer would type next already under the unhealthy rows. */
export const podView = kindView({
  schema: Pod,
  columns: ['READY', 'STATUS', 'RESTARTS', 'AGE', 'NODE'],
  cells(pod, window) {
    const { ready, status, restarts, node } = summarisePod(pod, window);
    return [ready, status, String(restarts), ageOf(pod, window), node || '<none>'];
  },
  health: podHealth,
  conditions: ({ status }) => status.conditions,
  // Of pods in trouble the restarts say nothing; of healthy ones they are all that may differ.
  fold(pod, window) {
    const { healthy, status, ready, restarts } = summarisePod(pod, window);
    return JSON.stringify([status, ready, healthy ? restarts : '']);
  },
});

function podHealth(pod: Pod, window: TimeWindow): Health {
  const summary = summarisePod(pod, window);
  return {
    healthy: summary.healthy,
    details: [
      ...podDetails(pod, summary),
      ...summary.containers.flatMap((container) => containerDetails(container, summary.healthy)),
    ],
  };
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
