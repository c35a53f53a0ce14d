import pLimit from 'p-limit';
import type { LogLine } from '../../evidence/log-templates.ts';
import { ToolError } from '../tool.ts';
import type { Stream } from './answers.ts';
import type { LokiClient } from './client.ts';
import { countOverTime } from './logql.ts';
import { formatNanoseconds, type NsRange } from './nanoseconds.ts';

/** What a question whose answer is small costs: one request. */
const FIRST_LIMIT = 1_000;
/** A large one is read in slices of time, so that its lines come from all of the time evenly. */
const SLICES = 10;
const SLICE_LIMIT = 500;
const MAX_IN_FLIGHT = 4;
const SECOND_NS = 1_000_000_000n;

/** Lines of a query, oldest first or not. */
export interface SampledLines {
  lines: LogLine[];
  /** How many lines there are; an estimate when `sampled`. */
  total: number;
  /** Some lines were left out. Those that are here stand for them by their weight. */
  sampled: boolean;
}

/** All lines of a range when there are few, else up to 5,000 spread evenly over it. */
export async function sampleLines(
  client: LokiClient,
  query: string,
  range: NsRange,
  signal: AbortSignal,
): Promise<SampledLines> {
  const all = await newest(client, { query, range, limit: FIRST_LIMIT }, signal);
  if (all.length < FIRST_LIMIT) return { lines: all, total: all.length, sampled: false };
  const stepSeconds = sliceSeconds(range);
  const slices = sliced(range, stepSeconds);
  const inTurn = pLimit(MAX_IN_FLIGHT);
  const found = await Promise.all(
    slices.map((slice) =>
      inTurn(() => newest(client, { query, range: slice, limit: SLICE_LIMIT }, signal)),
    ),
  );
  if (found.every(({ length }) => length < SLICE_LIMIT)) {
    return { lines: found.flat(), total: found.flat().length, sampled: false };
  }
  const totals = await countSlices(client, { query, slices, stepSeconds }, signal);
  const lines = found.flatMap((own, index) => {
    const weight = Math.max(1, (totals[index] ?? 0) / own.length);
    return own.length < SLICE_LIMIT ? own : own.map((line) => ({ ...line, weight }));
  });
  const total = lines.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return { lines, total: Math.round(total), sampled: true };
}

interface Question {
  query: string;
  range: NsRange;
  limit: number;
}

async function newest(
  client: LokiClient,
  { query, range, limit }: Question,
  signal: AbortSignal,
): Promise<LogLine[]> {
  const streams = await client.queryRange(
    { query, ...range, limit, direction: 'backward' },
    signal,
  );
  return streams.flatMap((stream) =>
    stream.values.map(({ ns, line, metadata }) => ({
      at: formatNanoseconds(ns),
      line,
      level: levelLabel(stream, metadata),
    })),
  );
}

/** Loki 3 finds the level of each line itself; before that, collectors made it a label. */
function levelLabel({ stream }: Stream, metadata: Record<string, string>): string | undefined {
  const detected = metadata.detected_level ?? stream.detected_level;
  return detected === undefined || detected === 'unknown' ? stream.level : detected;
}

function sliceSeconds({ startNs, endNs }: NsRange): number {
  return Math.max(1, Math.ceil(Number(endNs - 1n - startNs) / SLICES / 1e9));
}

/** Equal slices; the last one ends with the range. */
function sliced({ startNs, endNs }: NsRange, seconds: number): NsRange[] {
  const length = BigInt(seconds) * SECOND_NS;
  const slices: NsRange[] = [];
  for (let from = startNs; from < endNs - 1n; from += length) {
    const rest = endNs - from;
    slices.push({ startNs: from, endNs: rest <= length + 1n ? endNs : from + length });
  }
  return slices;
}

interface Slices {
  query: string;
  slices: readonly NsRange[];
  stepSeconds: number;
}

/** About how many lines each slice has; nothing when Loki will not count that many. */
async function countSlices(
  client: LokiClient,
  { query, slices, stepSeconds }: Slices,
  signal: AbortSignal,
): Promise<number[]> {
  const startNs = slices[0]?.endNs ?? 0n;
  const endNs = startNs + BigInt((slices.length - 1) * stepSeconds) * SECOND_NS;
  try {
    const counting = `sum(${countOverTime(query, stepSeconds)})`;
    const [counted] = await client.queryNumbers(
      { query: counting, startNs, endNs, stepSeconds },
      signal,
    );
    const totals = slices.map(() => 0);
    const firstSecond = Number(startNs / 1_000_000n) / 1000;
    for (const [second, count] of counted?.samples ?? []) {
      // A Loki that aligns its steps answers for a moment before.
      totals[Math.round((second - firstSecond) / stepSeconds)] = count;
    }
    return totals;
  } catch (error) {
    if (error instanceof ToolError) return [];
    throw error;
  }
}
