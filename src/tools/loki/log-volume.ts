import { z } from 'zod';
import { truncate } from '../../lib/escape.ts';
import { alignColumns } from '../table.ts';
import { formatAge, resolveRange, toSecond } from '../time-range.ts';
import { type Tool, ToolError } from '../tool.ts';
import type { Series } from './answers.ts';
import { LabelName, LogQuery, limitedTo, Namespaces, Since } from './arguments.ts';
import { formatBytes } from './bytes.ts';
import type { LokiClient } from './client.ts';
import { countOverTime, parseLogql } from './logql.ts';
import { type NsRange, nsRange } from './nanoseconds.ts';
import { preflight } from './preflight.ts';
import { limitNote } from './render.ts';
import { sparkline } from './sparkline.ts';

const COLUMNS = 30;
const MAX_ROWS = 20;
const MAX_STRUCTURED = 100;
const MAX_VALUE = 60;

const Input = z.strictObject({
  query: LogQuery.describe('LogQL that selects lines: {namespace="shop"} |= "error".'),
  by: LabelName.optional().describe('Counts for each value of this label, such as app or pod.'),
  since: Since,
});

const Row = z.object({
  /** Of the label; empty for lines without it, and when not counted by one. */
  value: z.string(),
  lines: z.number(),
  /** Left out where Loki keeps no account of bytes, or the query has filters. */
  bytes: z.number().optional(),
  /** Lines in each step; the last step ends with the range. */
  counts: z.array(z.number()),
});
type Row = z.infer<typeof Row>;

const Output = z.object({
  query: z.string(),
  from: z.string(),
  to: z.string(),
  by: z.string().optional(),
  step_seconds: z.number(),
  lines: z.number(),
  /** The most lines first. */
  rows: z.array(Row),
  /** Rows beyond the first ones. */
  left_out: z.number(),
  namespaces: Namespaces,
});
type Volume = z.infer<typeof Output>;

export function logVolume(client: LokiClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'log_volume',
    title: 'Log volume',
    description:
      'How many lines a LogQL log query has over time, for each value of a label, the most first. Use it to see ' +
      'when errors began, and who logs them.',
    input: Input,
    output: Output,
    async run({ query, by, since }, { window, signal }) {
      const times = resolveRange('since', since, window);
      const range = nsRange(times);
      const grid = gridOf(times);
      await preflight(client, { query, range, readsAll: true }, signal);
      const [series, bytes] = await Promise.all([
        client.queryNumbers({ query: counting(query, by, grid), ...grid }, signal),
        bytesBy(client, { query, by, range }, signal),
      ]);
      const rows = series
        .map((one) => toRow(one, { by, grid, bytes }))
        .filter(({ lines }) => lines > 0)
        .sort((a, b) => b.lines - a.lines);
      const structured = {
        query,
        ...times,
        ...(by === undefined ? {} : { by }),
        step_seconds: grid.stepSeconds,
        lines: rows.reduce((sum, { lines }) => sum + lines, 0),
        rows: rows.slice(0, MAX_STRUCTURED),
        left_out: Math.max(0, rows.length - MAX_STRUCTURED),
        ...limitedTo(client.namespaces),
      };
      return { text: render(structured), structured };
    },
  };
}

/** Steps of whole seconds, of which the last ends with the range and the first may begin before it. */
interface Grid extends NsRange {
  stepSeconds: number;
  steps: number;
}

function gridOf({ from, to }: { from: string; to: string }): Grid {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  const stepSeconds = Math.max(1, Math.ceil(seconds / COLUMNS));
  const steps = Math.ceil(seconds / stepSeconds);
  const { endNs } = nsRange({ from, to });
  const startNs = endNs - BigInt((steps - 1) * stepSeconds) * 1_000_000_000n;
  return { startNs, endNs, stepSeconds, steps };
}

function counting(query: string, by: string | undefined, { stepSeconds }: Grid): string {
  const group = by === undefined ? '' : ` by (${by}) `;
  return `sum${group}(${countOverTime(query, stepSeconds)})`;
}

/** The index counts bytes of whole streams, so filters would make no difference to them. */
async function bytesBy(
  client: LokiClient,
  { query, by, range }: { query: string; by: string | undefined; range: NsRange },
  signal: AbortSignal,
): Promise<Map<string, number> | null> {
  const { filtered, errorAt } = parseLogql(query);
  if (by === undefined || filtered || errorAt !== null) return null;
  try {
    return await client.volume(query, by, range, signal);
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

interface RowContext {
  by: string | undefined;
  grid: Grid;
  bytes: Map<string, number> | null;
}

function toRow({ labels, samples }: Series, { by, grid, bytes }: RowContext): Row {
  const value = by === undefined ? '' : (labels[by] ?? '');
  const counts = Array.from({ length: grid.steps }, () => 0);
  const firstSecond = Number(grid.startNs / 1_000_000n) / 1000;
  for (const [second, count] of samples) {
    const step = Math.round((second - firstSecond) / grid.stepSeconds);
    if (step >= 0 && step < counts.length) counts[step] = count;
  }
  const size = bytes?.get(value);
  return {
    value,
    lines: counts.reduce((sum, count) => sum + count, 0),
    ...(size === undefined ? {} : { bytes: size }),
    counts,
  };
}

function render(volume: Volume): string {
  const { query, from, to, by, rows, lines, namespaces } = volume;
  const over = `from ${toSecond(from)} to ${toSecond(to)}`;
  if (rows.length === 0) {
    return [`No log line for ${query} ${over}.`, ...limitNote(namespaces)].join('\n');
  }
  const step = formatAge(volume.step_seconds * 1000);
  const shown = rows.slice(0, MAX_ROWS);
  const others = rows.slice(MAX_ROWS);
  const hidden = others.length + volume.left_out;
  const unlabelled = by !== undefined && rows.every(({ value }) => value === '');
  return [
    `${query}: ${lines} lines ${over}, one character for each ${step}`,
    ...limitNote(namespaces),
    ...alignColumns([heading(by, shown), ...shown.map((row) => cells(row, volume, shown))]),
    ...(unlabelled ? [`No line has a label ${by}: log_labels names those that there are.`] : []),
    ...(hidden === 0
      ? []
      : [
          `${hidden} more values of ${by} (${others.reduce((sum, row) => sum + row.lines, 0)} lines); narrow the selector to see them.`,
        ]),
  ].join('\n');
}

function heading(by: string | undefined, rows: readonly Row[]): string[] {
  return [
    ...(by === undefined ? [] : [by.toUpperCase()]),
    'LINES',
    ...(hasBytes(rows) ? ['BYTES'] : []),
    'PEAK',
    'OVER TIME',
  ];
}

function cells(row: Row, { by, to, step_seconds }: Volume, rows: readonly Row[]): string[] {
  const most = Math.max(...row.counts);
  const stepsBack = row.counts.length - 1 - row.counts.indexOf(most);
  const peak = toSecond(Date.parse(to) - (stepsBack + 1) * step_seconds * 1000);
  return [
    ...(by === undefined ? [] : [row.value === '' ? `(no ${by})` : truncate(row.value, MAX_VALUE)]),
    String(row.lines),
    ...(hasBytes(rows) ? [row.bytes === undefined ? '' : formatBytes(row.bytes)] : []),
    `${most} after ${peak.slice(11, 19)}`,
    sparkline(row.counts),
  ];
}

function hasBytes(rows: readonly Row[]): boolean {
  return rows.some(({ bytes }) => bytes !== undefined);
}
