import type { TimeWindow } from '../../../alert/window.ts';
import { formatBytes } from '../../size.ts';
import { alignColumns } from '../../table.ts';
import { formatCpu } from '../quantity.ts';
import { instant } from '../wording.ts';
import { highest, type Share, type Usage } from './usage.ts';

const MAX_ROWS = 50;

/** `kubectl top` beside requests and limits, what is closest to its limit first. `across` several namespaces, each row says of which. */
export function renderUsage(
  kind: 'pods' | 'nodes',
  scope: string,
  across: boolean,
  usages: readonly Usage[],
  window: TimeWindow,
): string {
  const shown = usages.slice(0, MAX_ROWS);
  const left = usages[MAX_ROWS];
  const several = new Set(severalContainers(usages));
  const what = kind === 'pods' ? 'containers' : 'nodes';
  const rows = shown.map((usage) => [
    ...(across ? [usage.namespace] : []),
    several.has(placeOf(usage)) ? `${usage.name}/${usage.container}` : usage.name,
    ...cells(kind, usage.cpu, formatCpu),
    ...cells(kind, usage.memory, formatBytes),
  ]);
  const heading = [
    ...(across ? ['NAMESPACE'] : []),
    'NAME',
    ...(kind === 'pods'
      ? ['CPU', 'REQUEST', 'LIMIT', '%LIMIT', 'MEMORY', 'REQUEST', 'LIMIT', '%LIMIT']
      : ['CPU', 'ALLOCATABLE', '%', 'MEMORY', 'ALLOCATABLE', '%']),
  ];
  const percent = left && highest(left) >= 0 ? ` at ${highest(left)}% or less` : '';
  return [
    `${scope && `${scope}: `}${usages.length} ${what}, the highest share first. ${measured(usages, window)}`,
    ...alignColumns([heading, ...rows]),
    ...(left
      ? [`${usages.length - shown.length} more${percent} left out: name a namespace to see them.`]
      : []),
  ].join('\n');
}

function cells(kind: 'pods' | 'nodes', share: Share, format: (amount: number) => string): string[] {
  const amount = (value: number | null) => (value === null ? '-' : format(value));
  return [
    amount(share.used),
    ...(kind === 'pods' ? [amount(share.request)] : []),
    amount(share.limit),
    share.percent === null ? '-' : `${share.percent}%`,
  ];
}

function severalContainers(usages: readonly Usage[]): string[] {
  const pods = Map.groupBy(usages, placeOf);
  return [...pods].filter(([, containers]) => containers.length > 1).map(([place]) => place);
}

function placeOf({ namespace, name }: Usage): string {
  return `${namespace}/${name}`;
}

/** The API only knows what is now, which may be long after the window. */
function measured(usages: readonly Usage[], window: TimeWindow): string {
  const times = usages
    .map(({ measuredAt }) => Date.parse(measuredAt ?? ''))
    .filter((ms) => ms >= 0);
  if (times.length === 0) return '';
  const newest = times.reduce((a, b) => Math.max(a, b));
  const late = newest > Date.parse(window.to) ? ', after the window' : '';
  return `Measured at ${instant(new Date(newest).toISOString())}${late}.`;
}
