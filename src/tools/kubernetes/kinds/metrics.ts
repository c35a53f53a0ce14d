import { formatBytes } from '../../size.ts';
import type { Quantities } from '../objects/metadata.ts';
import { NodeMetrics, PodMetrics } from '../objects/metrics.ts';
import { formatCpu, parseQuantity } from '../quantity.ts';
import { instant } from '../wording.ts';
import { kindView } from './kind-view.ts';

const columns = ['CPU', 'MEMORY', 'MEASURED'];

export const podMetricsView = kindView({
  schema: PodMetrics,
  columns,
  cells: ({ containers, timestamp }) => [
    formatCpu(total(containers, 'cpu')),
    formatBytes(total(containers, 'memory')),
    instant(timestamp),
  ],
  facts: ({ containers, window }) => ({
    over: window,
    containers: containers.map((it) => `${it.name} ${formatUsage([it])}`).join(', '),
  }),
  rank: ({ containers }) => total(containers, 'memory'),
});

export const nodeMetricsView = kindView({
  schema: NodeMetrics,
  columns,
  cells: (metrics) => [
    formatCpu(total([metrics], 'cpu')),
    formatBytes(total([metrics], 'memory')),
    instant(metrics.timestamp),
  ],
  facts: ({ window }) => ({ over: window }),
  rank: (metrics) => total([metrics], 'memory'),
});

type Used = readonly { usage: Quantities }[];

function total(used: Used, resource: 'cpu' | 'memory'): number {
  return used.reduce((sum, { usage }) => sum + (parseQuantity(usage[resource]) ?? 0), 0);
}

function formatUsage(used: Used): string {
  return `${formatCpu(total(used, 'cpu'))} ${formatBytes(total(used, 'memory'))}`;
}
