import pLimit from 'p-limit';
import { z } from 'zod';
import { truncate } from '../../lib/escape.ts';
import { closestNames, didYouMean } from '../closest-names.ts';
import { alignColumns } from '../table.ts';
import { resolveRange, toSecond } from '../time-range.ts';
import type { Tool } from '../tool.ts';
import { LabelName, LogQuery, limitedTo, Namespaces, Since } from './arguments.ts';
import type { LokiClient } from './client.ts';
import { selectorOf } from './logql.ts';
import { type NsRange, nsRange } from './nanoseconds.ts';
import { limitNote } from './render.ts';

const MAX_NAMES = 30;
const MAX_VALUES = 200;
/** Values beside each name when all names are asked for. */
const MAX_EXAMPLES = 8;
const MAX_VALUE = 100;
const MAX_IN_FLIGHT = 4;

const Input = z.strictObject({
  label: LabelName.optional().describe(
    'Gives the values of this label; without, the names of all.',
  ),
  query: LogQuery.optional().describe(
    'Only labels of the streams of a selector, {namespace="shop"}.',
  ),
  since: Since,
});

const Label = z.object({
  name: z.string(),
  /** How many values it has. */
  count: z.number(),
  /** In alphabetical order, the first ones when there are many. */
  values: z.array(z.string()),
});
type Label = z.infer<typeof Label>;

const Output = z.object({
  from: z.string(),
  to: z.string(),
  /** The selector that was asked about; left out for all streams. */
  query: z.string().optional(),
  /** How many streams the selector has; left out for all streams. */
  streams: z.number().optional(),
  labels: z.array(Label),
  /** Labels beyond the first ones. */
  left_out: z.number(),
  namespaces: Namespaces,
});
type Labels = z.infer<typeof Output>;

export function logLabels(client: LokiClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'log_labels',
    title: 'Log labels',
    description:
      'The labels that streams of logs have, each with its values, for the selector of a query. Use it when a ' +
      'selector finds nothing.',
    input: Input,
    output: Output,
    async run({ label, query, since }, { window, signal }) {
      const times = resolveRange('since', since, window);
      const range = nsRange(times);
      const selector = query === undefined ? client.everything : selectorOf(query);
      const found =
        selector === null
          ? await ofAll(client, label, range, signal)
          : await ofSelector(client, { selector, label, range }, signal);
      const structured = {
        ...times,
        ...(query === undefined || selector === null ? {} : { query: selector }),
        ...(found.streams === undefined ? {} : { streams: found.streams }),
        labels: found.labels.slice(0, MAX_NAMES),
        left_out: Math.max(0, found.labels.length - MAX_NAMES),
        ...limitedTo(client.namespaces),
      };
      const unknown = label !== undefined && found.labels.every(({ count }) => count === 0);
      const names = unknown ? (found.names ?? (await client.labelNames(range, signal))) : [];
      const others = label === undefined ? [] : suggestion(label, names);
      return { text: [render(structured, label), ...others].join('\n'), structured };
    },
  };
}

interface Found {
  streams?: number;
  labels: Label[];
  /** Of all labels, where they are known anyway. */
  names?: string[];
}

/** What to ask for instead of a label that nothing has. */
function suggestion(label: string, names: readonly string[]): string[] {
  const near = didYouMean(closestNames(label, names));
  if (near.length > 0 || names.length === 0) return near;
  const more = names.length > MAX_NAMES ? ', …' : '';
  return [`There are: ${names.slice(0, MAX_NAMES).join(', ')}${more}.`];
}

async function ofAll(
  client: LokiClient,
  label: string | undefined,
  range: NsRange,
  signal: AbortSignal,
): Promise<Found> {
  const names = label === undefined ? await client.labelNames(range, signal) : [label];
  const inTurn = pLimit(MAX_IN_FLIGHT);
  const labels = await Promise.all(
    names.map((name, index) =>
      inTurn(async () =>
        toLabel(
          name,
          index < MAX_NAMES ? await client.labelValues(name, range, signal) : [],
          label,
        ),
      ),
    ),
  );
  return { labels };
}

async function ofSelector(
  client: LokiClient,
  { selector, label, range }: { selector: string; label: string | undefined; range: NsRange },
  signal: AbortSignal,
): Promise<Found> {
  const streams = await client.series(selector, range, signal);
  const values = new Map<string, Set<string>>();
  for (const [name, value] of streams.flatMap((stream) => Object.entries(stream))) {
    values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  const names = [...values.keys()].sort();
  const wanted = label === undefined ? names : [label];
  return {
    streams: streams.length,
    names,
    labels: wanted.map((name) => toLabel(name, [...(values.get(name) ?? [])], label)),
  };
}

function toLabel(name: string, values: readonly string[], asked: string | undefined): Label {
  const shown = asked === undefined ? MAX_EXAMPLES : MAX_VALUES;
  return { name, count: values.length, values: values.toSorted().slice(0, shown) };
}

function render(found: Labels, asked: string | undefined): string {
  const { query, streams, labels, left_out, namespaces } = found;
  const over = `from ${toSecond(found.from)} to ${toSecond(found.to)}`;
  const of = query === undefined ? '' : ` of ${query}`;
  const counted = streams === undefined ? '' : ` in ${streams} stream${streams === 1 ? '' : 's'}`;
  const known = labels.filter(({ count }) => count > 0);
  const [only] = known;
  if (only === undefined) {
    return [`No ${asked ?? 'label'}${of} ${over}.`, ...limitNote(namespaces)].join('\n');
  }
  if (asked !== undefined) {
    const cut = only.count > only.values.length ? `, the first ${only.values.length}` : '';
    return [
      `${asked}${of} ${over}: ${only.count} value${only.count === 1 ? '' : 's'}${counted}${cut}`,
      ...limitNote(namespaces),
      ...only.values.map((value) => truncate(value, MAX_VALUE)),
      ...(cut === '' ? [] : ['Name more labels in query to see the others.']),
    ].join('\n');
  }
  return [
    `${labels.length + left_out} labels${of}${counted} ${over}`,
    ...limitNote(namespaces),
    ...alignColumns([
      ['LABEL', 'VALUES', ''],
      ...known.map(({ name, count, values }) => [name, String(count), listed(values, count)]),
    ]),
    ...(left_out === 0 ? [] : [`${left_out} more labels; name one in label to see its values.`]),
  ].join('\n');
}

function listed(values: readonly string[], count: number): string {
  const shown = values.map((value) => truncate(value, MAX_VALUE)).join(', ');
  return count > values.length ? `${shown}, …` : shown;
}
