import { z } from 'zod';
import { closestNames, didYouMean } from '../closest-names.ts';
import { type Tool, type ToolContext, ToolError } from '../tool.ts';
import type { PrometheusClient } from './client.ts';
import { allMetrics, describedMetrics, Metric, renderMetrics, searchMetrics } from './metrics.ts';
import { metadataNames } from './visible.ts';

const MAX_METRICS = 50;

const Input = z.strictObject({
  metric: z.string().min(1).max(500).optional().describe('The name of one metric.'),
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Part of a name or of its help, such as "memory". Case does not matter.'),
});

const Output = z.object({
  /** At most 50. */
  metrics: z.array(Metric),
  total: z.number(),
  /** Names near to one that does not exist. */
  suggestions: z.array(z.string()),
  notes: z.array(z.string()),
});

export function prometheusMetadata(client: PrometheusClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'prometheus_metadata',
    title: 'Find metrics',
    description:
      'What a metric means: its type (counter, gauge, histogram), unit and help; or which metrics there are for ' +
      'a search. Use it when you do not know the name of a metric.',
    input: Input,
    output: Output,
    async run({ metric, search }, context) {
      if (metric !== undefined && search === undefined) return await one(client, metric, context);
      if (metric === undefined && search !== undefined) return await find(client, search, context);
      throw new ToolError(
        'Give either metric, the name of one, or search, a part of the name or help of many.',
      );
    },
  };
}

async function one(client: PrometheusClient, metric: string, { window, signal }: ToolContext) {
  for (const name of metadataNames(metric)) {
    const { metrics, notes } = await client.metadata(name, window, signal);
    const described = describedMetrics(metrics);
    if (described.length > 0) return answer([], described, notes);
  }
  const { names, notes } = await client.labelValues('__name__', undefined, window, signal);
  if (names.includes(metric)) {
    return answer([], [{ name: metric, type: '', unit: '', help: '' }], notes);
  }
  return answer([`There is no metric ${metric}.`], [], notes, closestNames(metric, names));
}

async function find(client: PrometheusClient, search: string, { window, signal }: ToolContext) {
  const [{ metrics: metadata, notes }, { names }] = await Promise.all([
    client.metadata(null, window, signal),
    client.labelValues('__name__', undefined, window, signal),
  ]);
  const found = searchMetrics(allMetrics(metadata, names), search);
  if (found.length > 0) {
    const head = `${found.length} metric${found.length === 1 ? '' : 's'} with "${search}":`;
    return answer([head], found, notes);
  }
  const head = `No metric has "${search}" in its name or help.`;
  return answer([head], [], notes, closestNames(search, names));
}

function answer(head: string[], found: Metric[], notes: string[], suggestions: string[] = []) {
  const metrics = found.slice(0, MAX_METRICS);
  const cut = found.length - metrics.length;
  const text = [
    ...head,
    ...didYouMean(suggestions),
    ...renderMetrics(metrics),
    ...(cut > 0 ? [`${cut} more were cut: search for a longer part of a name.`] : []),
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
  return { text, structured: { metrics, total: found.length, suggestions, notes } };
}
