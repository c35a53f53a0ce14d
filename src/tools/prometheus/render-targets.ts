import type { TimeWindow } from '../../alert/window.ts';
import { oneLine, truncate } from '../../lib/escape.ts';
import { toSecond } from '../time-range.ts';
import { formatLabels } from './labels.ts';
import type { DownTarget, RecoveredTarget, TargetHealth } from './target-health.ts';

/** Targets that are down alike: of one job, with one error. */
const SHOWN_OF_A_KIND = 5;
const MAX_KINDS = 20;
const SHOWN_RECOVERED = 10;
const SHOWN_SPANS = 3;
const SHOWN_JOBS = 30;
const MAX_ERROR = 300;

interface TargetsText extends TargetHealth {
  healthy: readonly { job: string; targets: number }[];
  window: TimeWindow;
  notes: readonly string[];
}

export function renderTargets({ down, recovered, healthy, window, notes }: TargetsText): string {
  const up = healthy.reduce((sum, { targets }) => sum + targets, 0);
  const kinds = [...Map.groupBy(down, kindOf).values()];
  const cut = kinds.slice(MAX_KINDS).reduce((sum, kind) => sum + kind.length, 0);
  return [
    `Targets now: ${down.length} down, ${up} up.`,
    ...kinds.slice(0, MAX_KINDS).flatMap(renderKind),
    ...(cut > 0 ? [`${cut} more that are down were cut: use job.`] : []),
    ...renderRecovered(recovered, window),
    ...renderHealthy(healthy),
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

function kindOf({ labels, lastError }: DownTarget): string {
  return JSON.stringify([labels.job, lastError]);
}

function renderKind(kind: readonly DownTarget[]): string[] {
  const error = kind[0]?.lastError ?? '';
  const more = kind.length - SHOWN_OF_A_KIND;
  return [
    ...kind
      .slice(0, SHOWN_OF_A_KIND)
      .map((target) => `down ${sinceWhen(target)}  ${formatLabels(target.labels)}`),
    ...(more > 0 ? [`${more} more of job ${kind[0]?.labels.job ?? ''}`] : []),
    ...(error === '' ? [] : [`  error: ${truncate(oneLine(error), MAX_ERROR)}`]),
  ];
}

function sinceWhen({ since, before }: DownTarget): string {
  if (since === null) return 'now, but not at the end of the window';
  return before ? `since before ${toSecond(since)}` : `since ${toSecond(since)}`;
}

function renderRecovered(recovered: readonly RecoveredTarget[], window: TimeWindow): string[] {
  if (recovered.length === 0) return [];
  const cut = recovered.length - SHOWN_RECOVERED;
  return [
    `Down between ${toSecond(window.from)} and ${toSecond(window.to)}, but not now:`,
    ...recovered.slice(0, SHOWN_RECOVERED).map(({ labels, down }) => {
      const spans = down
        .slice(-SHOWN_SPANS)
        .map(({ from, to }) => `${toSecond(from * 1000)} to ${toSecond(to * 1000)}`);
      const earlier = down.length - spans.length;
      return `  ${formatLabels(labels)}  ${[...(earlier > 0 ? [`${earlier} times before`] : []), ...spans].join(', ')}`;
    }),
    ...(cut > 0 ? [`  ${cut} more: use job.`] : []),
  ];
}

function renderHealthy(healthy: readonly { job: string; targets: number }[]): string[] {
  if (healthy.length === 0) return [];
  const cut = healthy.length - SHOWN_JOBS;
  const jobs = healthy.slice(0, SHOWN_JOBS).map(({ job, targets }) => `${job} ${targets}`);
  return [`Up: ${jobs.join(', ')}${cut > 0 ? `, and ${cut} more jobs` : ''}`];
}
