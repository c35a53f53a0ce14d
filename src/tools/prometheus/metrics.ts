import { z } from 'zod';
import { oneLine, truncate } from '../../lib/escape.ts';
import { alignColumns } from '../table.ts';
import type { MetadataByMetric } from './answers.ts';
import { metadataNames } from './visible.ts';

const MAX_HELP = 200;

export const Metric = z.object({
  name: z.string(),
  /** All three are empty where there is no metadata: recording rules have none. */
  type: z.string(),
  unit: z.string(),
  help: z.string(),
});
export type Metric = z.infer<typeof Metric>;

/** Targets may describe one metric in several ways; the first has to do. */
export function describedMetrics(metadata: MetadataByMetric): Metric[] {
  return Object.entries(metadata).map(([name, [first]]) => ({
    name,
    type: first?.type ?? '',
    unit: first?.unit ?? '',
    help: oneLine(first?.help ?? ''),
  }));
}

/** Every metric that is described, or has series under a name that belongs to none of those. */
export function allMetrics(metadata: MetadataByMetric, seriesNames: readonly string[]): Metric[] {
  const bare = seriesNames.filter((name) => !metadataNames(name).some((it) => it in metadata));
  return [
    ...describedMetrics(metadata),
    ...bare.map((name) => ({ name, type: '', unit: '', help: '' })),
  ].sort((a, b) => a.name.localeCompare(b.name));
}

/** Those with the text in their name, then those with it in their help. */
export function searchMetrics(metrics: readonly Metric[], search: string): Metric[] {
  const wanted = search.toLowerCase();
  const { name = [], help = [] } = Object.groupBy(metrics, (metric) => {
    if (metric.name.toLowerCase().includes(wanted)) return 'name';
    return metric.help.toLowerCase().includes(wanted) ? 'help' : 'none';
  });
  return [...name, ...help];
}

export function renderMetrics(metrics: readonly Metric[]): string[] {
  return alignColumns(
    metrics.map(({ name, type, unit, help }) => [
      name,
      type === '' ? 'no metadata' : `${type}${unit === '' ? '' : ` in ${unit}`}`,
      truncate(help, MAX_HELP),
    ]),
  );
}
