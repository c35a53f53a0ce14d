import { toSecond } from '../time-range.ts';
import type { Entry } from './entries.ts';

/** Past this a line is a dump: its beginning says what it is, and the stored evidence has the rest. */
const MAX_LINE = 4_000;

interface Logs {
  query: string;
  from: string;
  to: string;
  streams: readonly Record<string, string>[];
  entries: readonly Entry[];
  truncated: boolean;
}

/** Labels once for each stream, then the lines of all streams in the order of time, each with its stream's letter. */
export function renderLogs({ query, from, to, streams, entries, truncated }: Logs): string {
  const over = `${toSecond(from)} to ${toSecond(to)}`;
  if (entries.length === 0) {
    return (
      `No log line for ${query} from ${over}.\n` +
      'Either nothing was logged, or a label in the selector has another name or value.'
    );
  }
  const common = commonLabels(streams);
  const tags = streams.map((_, index) => (streams.length === 1 ? '' : `[${tag(index)}] `));
  const head = truncated
    ? `${query}: the newest ${entries.length} lines from ${over}; there may be older ones (raise limit, or narrow the query or since)`
    : `${query}: ${entries.length} line${entries.length === 1 ? '' : 's'} from ${over}`;
  return [
    head,
    ...(Object.keys(common).length === 0 ? [] : [`All have ${formatLabels(common)}`]),
    ...(streams.length === 1
      ? []
      : streams.map((labels, index) => `${tags[index]}${formatLabels(without(labels, common))}`)),
    ...entries.map(({ at, stream, line }) => `${shorten(at)} ${tags[stream]}${cut(line)}`),
  ].join('\n');
}

/** a, b, …, z, aa, ab, … */
function tag(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : `${tag(Math.floor(index / 26) - 1)}${letter}`;
}

/** Most loggers have milliseconds; the zeros behind them are left out. */
function shorten(at: string): string {
  return at.replace(/0{6}Z$/, 'Z').replace(/\.000Z$/, 'Z');
}

/** A stack trace stays one entry: what follows the first line is indented. */
function cut(line: string): string {
  const text = line.trimEnd().replaceAll('\n', '\n    ');
  return text.length <= MAX_LINE
    ? text
    : `${text.slice(0, MAX_LINE)}… (${text.length} characters in all)`;
}

function commonLabels(streams: readonly Record<string, string>[]): Record<string, string> {
  const [first = {}, ...others] = streams;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((it) => it[name] === value)),
  );
}

function without(
  labels: Record<string, string>,
  left: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !(name in left)));
}

/** As LogQL writes a selector. */
function formatLabels(labels: Record<string, string>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}
