import { z } from 'zod';
import { Instant } from '../../alert/alert.ts';
import { type Tool, ToolError } from '../tool.ts';
import type { Stream } from './answers.ts';
import { LogQuery, limitedTo, Namespaces } from './arguments.ts';
import type { Direction, LokiClient } from './client.ts';
import { Entry, mergeStreams } from './entries.ts';
import { selectorOf } from './logql.ts';
import { formatNanoseconds, type NsRange, toNanoseconds } from './nanoseconds.ts';
import { formatLabels, limitNote, renderEntries, shorten } from './render.ts';

const DEFAULT_LINES = 20;
const MAX_LINES = 200;
/** What a service said longer ago is no context of a line. */
const REACH_NS = 3_600_000_000_000n;
/** Lines of one instant in more streams than this have their context told together. */
const MAX_STREAMS = 4;

const Lines = z.number().int().min(0).max(MAX_LINES).default(DEFAULT_LINES);

const Input = z.strictObject({
  query: LogQuery.describe(
    'The query that found the line. Its filters are left out: they hide the context.',
  ),
  at: z
    .string()
    .max(40)
    .describe('The time of the line as search_logs shows it, RFC 3339 to the nanosecond.'),
  before: Lines.describe('Lines before it at most.'),
  after: Lines.describe('Lines after it at most.'),
});

const Output = z.object({
  /** What was asked: a selector for each stream. */
  selectors: z.array(z.string()),
  at: z.string(),
  /** Whether there is a line at exactly this time; without, these are the lines around the time. */
  found: z.boolean(),
  streams: z.array(z.record(z.string(), z.string())),
  /** Oldest first. */
  entries: z.array(Entry),
  namespaces: Namespaces,
});
type Context = z.infer<typeof Output>;

export function logContext(client: LokiClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'log_context',
    title: 'Log context',
    description:
      'The lines just before and after one line, from the same stream, without the filters that found it. Use ' +
      'it on the first error that search_logs or log_patterns shows.',
    input: Input,
    output: Output,
    async run({ query, at, before, after }, { signal }) {
      const atNs = instantNs(at);
      const selector = selectorOf(query);
      const own = await client.queryRange(
        { query: selector, ...moment(atNs), limit: MAX_LINES, direction: 'forward' },
        signal,
      );
      const exact = own.length > 0 && own.length <= MAX_STREAMS;
      const selectors = exact ? own.map(({ stream }) => formatLabels(stream)) : [selector];
      const around = await readAround(client, { selectors, atNs, before, after }, signal);
      const { streams, entries } = mergeStreams(join([...own, ...around]), 'forward');
      const structured = {
        selectors,
        at: formatNanoseconds(atNs),
        found: own.length > 0,
        streams,
        entries: nearest(entries, formatNanoseconds(atNs), { before, after }),
        ...limitedTo(client.namespaces),
      };
      return { text: render(structured), structured };
    },
  };
}

function instantNs(at: string): bigint {
  const instant = Instant.safeParse(at.trim());
  if (instant.success) return toNanoseconds(at.trim());
  throw new ToolError(
    `at: "${at}" is no time. Use that of a line as search_logs shows it, such as "2026-11-21T03:11:40.123456789Z".`,
  );
}

function moment(atNs: bigint): NsRange {
  return { startNs: atNs, endNs: atNs + 1n };
}

interface Around {
  selectors: readonly string[];
  atNs: bigint;
  before: number;
  after: number;
}

/** Streams in the order of time, each perhaps in two parts: before the instant and behind it. */
async function readAround(
  client: LokiClient,
  { selectors, atNs, before, after }: Around,
  signal: AbortSignal,
): Promise<Stream[]> {
  const [earlier, later] = await Promise.all([
    read({ startNs: atNs - REACH_NS, endNs: atNs }, before, 'backward'),
    read({ startNs: atNs + 1n, endNs: atNs + REACH_NS }, after, 'forward'),
  ]);
  return [
    ...earlier.map(({ stream, values }) => ({ stream, values: values.toReversed() })),
    ...later,
  ];

  async function read(range: NsRange, limit: number, direction: Direction): Promise<Stream[]> {
    if (limit === 0) return [];
    const found = await Promise.all(
      selectors.map((query) => client.queryRange({ query, ...range, limit, direction }, signal)),
    );
    return found.flat();
  }
}

/** One stream where several parts have the same labels. */
function join(parts: readonly Stream[]): Stream[] {
  return [...Map.groupBy(parts, ({ stream }) => formatLabels(stream)).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined
      ? []
      : [{ stream: first.stream, values: same.flatMap(({ values }) => values) }];
  });
}

/** Of several streams together, the lines that are nearest. */
function nearest(
  entries: readonly Entry[],
  at: string,
  { before, after }: { before: number; after: number },
): Entry[] {
  const earlier = entries.filter((entry) => entry.at < at);
  const later = entries.filter((entry) => entry.at > at);
  return [
    ...earlier.slice(Math.max(0, earlier.length - before)),
    ...entries.filter((entry) => entry.at === at),
    ...later.slice(0, after),
  ];
}

function render({ selectors, at, found, streams, entries, namespaces }: Context): string {
  const where = selectors.join(' and ');
  if (entries.length === 0) {
    return [`No line within an hour of ${at} in ${where}.`, ...limitNote(namespaces)].join('\n');
  }
  const head = found
    ? `Around ${shorten(at)}:`
    : `No line at exactly ${at} in ${where}: these are around it.`;
  const lines = renderEntries(streams, entries, (entry) => entry.at === at);
  return [head, ...limitNote(namespaces), ...lines].join('\n');
}
