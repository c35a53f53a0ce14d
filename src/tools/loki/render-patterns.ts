import { oneLine, truncate } from '../../lib/escape.ts';
import { alignColumns } from '../table.ts';
import { toSecond } from '../time-range.ts';
import type { Lines, Patterns } from './log-patterns.ts';
import { limitNote, shorten } from './render.ts';

const MAX_ROWS = 40;
const MAX_TEMPLATE = 240;
const MAX_EXAMPLE = 300;
/** New and growing patterns are shown as a whole line too: the variable parts may be the cause. */
const MAX_EXAMPLES = 8;

/** A table with one row for each pattern, then whole lines of the patterns that changed. */
export function renderPatterns(patterns: Patterns): string {
  const { query, window, baseline } = patterns;
  const limited = limitNote(patterns.namespaces);
  if (patterns.patterns.length === 0) {
    return [
      `No log line for ${query} ${over(window)}${baseline ? ', nor just before' : ''}.`,
      ...limited,
    ].join('\n');
  }
  const rows = patterns.patterns.slice(0, MAX_ROWS);
  return [
    `${query}: ${amount(window)} ${over(window)}`,
    ...(baseline === null ? [] : [`BEFORE is ${amount(baseline)} ${over(baseline)}`]),
    ...(window.sampled || baseline?.sampled ? [SAMPLED] : []),
    ...limited,
    ...alignColumns(table(rows, patterns)),
    ...leftOut(patterns, rows.length),
    ...examples(rows),
  ].join('\n');
}

const SAMPLED =
  'Too many lines to read them all: counts are estimates from lines spread evenly over the time (narrow the ' +
  'query or since for all of them).';

type Row = Patterns['patterns'][number];

function table(rows: readonly Row[], { window, baseline }: Patterns): string[][] {
  const compared = baseline !== null;
  const time = clockOf(window);
  const heading = [
    ...(compared ? ['SHIFT', 'BEFORE'] : []),
    'COUNT',
    'LEVEL',
    'FIRST',
    'LAST',
    'PATTERN',
  ];
  return [
    heading,
    ...rows.map((row) => [
      ...(compared ? [shiftOf(row), String(row.before ?? 0)] : []),
      String(row.count),
      row.level ?? '-',
      time(row.first),
      time(row.last),
      truncate(oneLine(row.template), MAX_TEMPLATE),
    ]),
  ];
}

function shiftOf({ shift, count, before }: Row): string {
  if (shift !== 'more' || before === null || before === 0)
    return shift === 'same' ? '' : (shift ?? '');
  const times = count / before;
  return `more x${times < 10 ? times.toFixed(1).replace('.0', '') : Math.round(times)}`;
}

/** The time of a day when all of the window is on that day, else with the date. */
function clockOf({ from, to }: Lines): (at: string) => string {
  const day = from.slice(0, 10);
  return (at) =>
    at.startsWith(day) && to.startsWith(day) ? at.slice(11, 19) : `${at.slice(0, 19)}Z`;
}

function leftOut({ patterns, left_out }: Patterns, shown: number): string[] {
  const others = patterns.slice(shown);
  const count = others.length + left_out.patterns;
  const lines = others.reduce((sum, row) => sum + row.count, left_out.lines);
  if (count === 0 && lines === 0) return [];
  return [`${count} more patterns (${lines} lines); narrow the query to see them.`];
}

function examples(rows: readonly Row[]): string[] {
  const changed = rows
    .filter(
      ({ shift, template }) =>
        (shift === 'new' || shift === 'more' || shift === null) && template.includes('<'),
    )
    .slice(0, MAX_EXAMPLES);
  if (changed.length === 0) return [];
  return [
    'Examples:',
    ...changed.map(
      ({ first, example }) => `${shorten(first)} ${truncate(oneLine(example), MAX_EXAMPLE)}`,
    ),
  ];
}

function amount({ lines, sampled }: Lines): string {
  return `${sampled ? 'about ' : ''}${lines} line${lines === 1 ? '' : 's'}`;
}

function over({ from, to }: Lines): string {
  return `from ${toSecond(from)} to ${toSecond(to)}`;
}
