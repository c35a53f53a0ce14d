import { z } from 'zod';
import type { TimeWindow } from '../../alert/window.ts';
import { closestNames, didYouMean } from '../closest-names.ts';
import { withoutAddresses } from '../http.ts';
import { type Tool, ToolError } from '../tool.ts';
import { Labels } from './answers.ts';
import type { PrometheusClient } from './client.ts';
import { readResults } from './instant-results.ts';
import { renderTargets } from './render-targets.ts';
import { chooseStep } from './step.ts';
import { downAtEnd, readHealth } from './target-health.ts';
import { parseValue } from './values.ts';

const MAX_TARGETS = 100;

const Input = z.strictObject({
  job: z.string().min(1).max(500).optional().describe('Only the targets of this scrape job.'),
});

const Output = z.object({
  /** At most 100. */
  down: z.array(
    z.object({
      labels: Labels,
      lastError: z.string(),
      since: z.string().nullable(),
      before: z.boolean(),
    }),
  ),
  /** Down during the window, but not now; spans in Unix seconds; at most 100. */
  recovered: z.array(
    z.object({ labels: Labels, down: z.array(z.object({ from: z.number(), to: z.number() })) }),
  ),
  /** Targets that are not down, by job. */
  healthy: z.array(z.object({ job: z.string(), targets: z.number() })),
  total: z.object({ down: z.number(), recovered: z.number(), healthy: z.number() }),
  notes: z.array(z.string()),
});

export function prometheusTargets(client: PrometheusClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'prometheus_targets',
    title: 'Scrape targets',
    description:
      'What Prometheus fails to scrape: the targets that are down now with the error and since when, those that ' +
      'were down during the incident, and how many are up by job. Missing metrics often mean this.',
    input: Input,
    output: Output,
    async run({ job }, { window, signal }) {
      const stepSeconds = chooseStep(window);
      const up = job === undefined ? 'up' : `up{job=${JSON.stringify(job)}}`;
      const failed = await client.queryRange(`${up} == 0`, window, stepSeconds, signal);
      const known = await readTargets(client, job, signal, () =>
        fromMetric(client, up, downAtEnd(failed.series, window, stepSeconds), window, signal),
      );
      const { down, recovered } = readHealth(known.down, failed.series, window, stepSeconds);
      const notes = [...failed.notes, ...known.notes];
      const { healthy } = known;
      return {
        text: renderTargets({ down, recovered, healthy, window, notes }),
        structured: {
          down: down.slice(0, MAX_TARGETS),
          recovered: recovered.slice(0, MAX_TARGETS),
          healthy,
          total: {
            down: down.length,
            recovered: recovered.length,
            healthy: healthy.reduce((sum, { targets }) => sum + targets, 0),
          },
          notes,
        },
      };
    },
  };
}

interface KnownTargets {
  down: { labels: Labels; lastError: string }[];
  healthy: { job: string; targets: number }[];
  notes: string[];
}

/** From Prometheus' own list; where there is none, or one too long to read, from `otherwise`, with a note. */
async function readTargets(
  client: PrometheusClient,
  job: string | undefined,
  signal: AbortSignal,
  otherwise: () => Promise<KnownTargets>,
): Promise<KnownTargets> {
  try {
    const { targets, hidden } = await client.targets(signal);
    const wanted = targets.filter(({ labels }) => job === undefined || labels.job === job);
    const { down = [], other = [] } = Object.groupBy(wanted, ({ health }) =>
      health === 'down' ? 'down' : 'other',
    );
    const jobs = [...new Set(targets.map(({ labels }) => labels.job ?? ''))];
    return {
      down: down.map(({ labels, lastError }) => ({
        labels,
        lastError: withoutAddresses(lastError),
      })),
      healthy: countByJob(other.map(({ labels }) => labels.job ?? '')),
      notes: [
        ...(hidden === 0 ? [] : [`targets of other namespaces, not shown: ${hidden}`]),
        ...(job !== undefined && wanted.length === 0
          ? [`no target has the job ${job}`, ...didYouMean(closestNames(job, jobs))]
          : []),
      ],
    };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const known = await otherwise();
    const why = `${error.message} This is from the metric up at the end of the window, without errors.`;
    return { ...known, notes: [why, ...known.notes] };
  }
}

async function fromMetric(
  client: PrometheusClient,
  up: string,
  down: KnownTargets['down'],
  window: TimeWindow,
  signal: AbortSignal,
): Promise<KnownTargets> {
  const query = `count by (job) (${up} != 0)`;
  const { results } = readResults((await client.queryInstant(query, window.to, signal)).data);
  const healthy = results.map(({ labels, value }) => ({
    job: labels.job ?? '',
    targets: parseValue(value),
  }));
  return { down, healthy, notes: [] };
}

function countByJob(jobs: readonly string[]): KnownTargets['healthy'] {
  return [...Map.groupBy(jobs, (job) => job)]
    .map(([job, targets]) => ({ job, targets: targets.length }))
    .sort((a, b) => b.targets - a.targets);
}
