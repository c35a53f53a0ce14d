import { z } from 'zod';
import { closestNames, didYouMean } from '../closest-names.ts';
import { refuseSecretLabel } from '../copied-labels.ts';
import type { Tool, ToolContext } from '../tool.ts';
import { Match } from './arguments.ts';
import type { PrometheusClient } from './client.ts';

const MAX_NAMES = 200;

const Input = z.strictObject({
  label: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Gives the values of this label; "__name__" gives metric names. Without it, label names.',
    ),
  match: Match.optional().describe(
    'Only of the series that this selector matches, such as up{job="api"}.',
  ),
});

const Output = z.object({
  label: z.string().nullable(),
  match: z.string().nullable(),
  /** At most 200. */
  names: z.array(z.string()),
  total: z.number(),
  notes: z.array(z.string()),
});

export function prometheusLabels(client: PrometheusClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'prometheus_labels',
    title: 'Find labels',
    description:
      'The label names there were at the time of the incident, or the values of one label, of all series or of ' +
      'those that a selector matches.',
    input: Input,
    output: Output,
    async run({ label, match }, context) {
      refuseSecretLabel('label', label);
      const { window, signal } = context;
      const { names, notes } =
        label === undefined
          ? await client.labelNames(match, window, signal)
          : await client.labelValues(label, match, window, signal);
      const of = match === undefined ? '' : ` of ${match}`;
      const what = label === undefined ? `label name${of}` : `value of ${label}${of}`;
      const text = [
        ...(names.length === 0
          ? [`There is no ${what}.`, ...(await suggestion(client, label, context))]
          : list(what, names)),
        ...notes.map((note) => `Note: ${note}`),
      ].join('\n');
      return {
        text,
        structured: {
          label: label ?? null,
          match: match ?? null,
          names: names.slice(0, MAX_NAMES),
          total: names.length,
          notes,
        },
      };
    },
  };
}

function list(what: string, names: readonly string[]): string[] {
  const plural = names.length === 1 ? what : what.replace(/^(label name|value)/, '$1s');
  const cut = names.length - MAX_NAMES;
  return [
    `${names.length} ${plural}:`,
    names.slice(0, MAX_NAMES).join(', '),
    ...(cut > 0 ? [`${cut} more were cut: use match to ask for fewer.`] : []),
  ];
}

/** For a label without values: those whose names are near. */
async function suggestion(
  client: PrometheusClient,
  label: string | undefined,
  { window, signal }: ToolContext,
): Promise<string[]> {
  if (label === undefined) return [];
  const { names } = await client.labelNames(undefined, window, signal);
  return names.includes(label) ? [] : didYouMean(closestNames(label, names));
}
