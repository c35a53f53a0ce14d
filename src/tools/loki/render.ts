import { truncate } from '../../lib/escape.ts';
import { toSecond } from '../time-range.ts';
import type { IndexStats, Labels } from './answers.ts';
import { formatBytes } from './bytes.ts';
import type { Direction } from './client.ts';
import type { Entry } from './entries.ts';

/** Past this a line is a dump: its beginning says what it is, and the stored evidence has the rest. */
const MAX_LINE = 4_000;

interface Logs {
  query: string;
  from: string;
  to: string;
  direction: Direction;
  streams: readonly Labels[];
  entries: readonly Entry[];
  truncated: boolean;
  index?: IndexStats | undefined;
  namespaces?: readonly string[] | undefined;
}

/** The lines of all streams in the order of time, under what was asked and what was cut. */
export function renderLogs(logs: Logs): string {
  const { query, from, to, direction, streams, entries, truncated } = logs;
  const over = `${toSecond(from)} to ${toSecond(to)}`;
  const limited = limitNote(logs.namespaces);
  if (entries.length === 0) {
    return [`No log line for ${query} from ${over}.`, whyEmpty(logs.index), ...limited].join('\n');
  }
  const [which, missing] = direction === 'backward' ? ['newest', 'older'] : ['oldest', 'newer'];
  const head = truncated
    ? `${query}: the ${which} ${entries.length} lines from ${over}; there may be ${missing} ones (raise limit, or narrow the query or since)`
    : `${query}: ${entries.length} line${entries.length === 1 ? '' : 's'} from ${over}`;
  return [head, ...limited, ...renderEntries(streams, entries)].join('\n');
}

/** A line that says which namespaces an answer is limited to; none when to none. */
export function limitNote(namespaces: readonly string[] | undefined): string[] {
  if (namespaces === undefined) return [];
  return [`Limited to namespace${namespaces.length === 1 ? '' : 's'} ${namespaces.join(', ')}.`];
}

function whyEmpty(index: IndexStats | undefined): string {
  if (index !== undefined && index.streams > 0) {
    const streams = index.streams === 1 ? 'one stream' : `${index.streams} streams`;
    return `The selector has ${streams} with about ${formatBytes(index.bytes)} then: no line passes the filters.`;
  }
  return (
    'Either nothing was logged, or a label in the selector has another name or value ' +
    '(log_labels lists them).'
  );
}

/**
 * Labels once for each stream, then the lines. With `marked`, the lines that it holds for have a `>` and the
 * others are indented.
 */
export function renderEntries(
  streams: readonly Labels[],
  entries: readonly Entry[],
  marked?: (entry: Entry) => boolean,
): string[] {
  const common = commonLabels(streams);
  const tags = streams.map((_, index) => (streams.length === 1 ? '' : `[${tag(index)}] `));
  return [
    ...(Object.keys(common).length === 0 ? [] : [`All have ${formatLabels(common)}`]),
    ...(streams.length === 1
      ? []
      : streams.map((labels, index) => `${tags[index]}${formatLabels(without(labels, common))}`)),
    ...foldRepeats(entries).map(({ first, last, times }) => {
      const mark = marked === undefined ? '' : marked(first) ? '> ' : '  ';
      const repeated = times === 1 ? '' : ` (x${times}, to ${shorten(last.at)})`;
      return `${mark}${shorten(first.at)} ${tags[first.stream]}${cut(first.line)}${attached(first)}${repeated}`;
    }),
  ];
}

interface Repeated {
  first: Entry;
  last: Entry;
  times: number;
}

/** The same line again from the same stream, with nothing in between, is one line. */
function foldRepeats(entries: readonly Entry[]): Repeated[] {
  const folded: Repeated[] = [];
  for (const entry of entries) {
    const before = folded.at(-1);
    const again = before?.first.line === entry.line && before.first.stream === entry.stream;
    if (before !== undefined && again && attached(before.first) === attached(entry)) {
      before.last = entry;
      before.times += 1;
    } else folded.push({ first: entry, last: entry, times: 1 });
  }
  return folded;
}

/** What OpenTelemetry attaches to a line instead of writing it there. */
const TELLING = /^(?:exception|error)|^trace_id$/i;

function attached({ metadata = {} }: Entry): string {
  const telling = Object.entries(metadata).filter(([name]) => TELLING.test(name));
  if (telling.length === 0) return '';
  return ` (${telling.map(([name, value]) => `${name}=${truncate(value, 300)}`).join(', ')})`;
}

/** a, b, …, z, aa, ab, … */
function tag(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : `${tag(Math.floor(index / 26) - 1)}${letter}`;
}

/** Most loggers have milliseconds; the zeros behind them are left out. */
export function shorten(at: string): string {
  return at.replace(/0{6}Z$/, 'Z').replace(/\.000Z$/, 'Z');
}

/** A stack trace stays one entry: what follows the first line is indented. */
function cut(line: string): string {
  const text = line.trimEnd().replaceAll('\n', '\n    ');
  return text.length <= MAX_LINE
    ? text
    : `${text.slice(0, MAX_LINE)}… (${text.length} characters in all)`;
}

function commonLabels(streams: readonly Labels[]): Labels {
  const [first = {}, ...others] = streams;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((it) => it[name] === value)),
  );
}

function without(labels: Labels, left: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !(name in left)));
}

/** As LogQL writes a selector. */
export function formatLabels(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}
