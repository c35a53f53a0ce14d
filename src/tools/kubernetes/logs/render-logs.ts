import { toSecond } from '../../time-range.ts';
import { commonDay } from '../clock-times.ts';
import type { LogRun } from './log-lines.ts';
import { type Routine, withoutRoutine } from './routine.ts';

/** Past this a line is a dump: its beginning says what it is. */
const MAX_LINE = 2_000;
const MAX_TEXT = 60_000;

interface ReadLog {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
  /** Null is the beginning of the log. */
  from: string | null;
  to: string;
  lines: readonly LogRun[];
  notes: readonly string[];
}

/** The lines in the order of time, those that repeat once. `count` is how many they are unfolded. */
export function renderLog(log: ReadLog, count: number, grep: string | undefined): string {
  const day = commonDay(log.lines.flatMap(({ at, lastAt }) => [at, lastAt]));
  // Whoever searches wants what was found.
  const { routine, kept } =
    grep === undefined ? withoutRoutine(log.lines) : { routine: [], kept: log.lines };
  const shown = newestThatFit(kept.map((run) => renderRun(run, day)));
  const cut = kept.length - shown.length;
  const matching = grep === undefined ? '' : ` matching ${JSON.stringify(grep)}`;
  const from = log.from === null ? '' : ` from ${toSecond(log.from)}`;
  return [
    `${log.namespace}/${log.pod}, container ${log.container}${log.previous ? ' before its last restart' : ''}: ` +
      `${count === 0 ? 'no' : count} line${count === 1 ? '' : 's'}${matching}${from} to ${toSecond(log.to)}.` +
      (day === null ? '' : ` Times are UTC of ${day}.`),
    ...log.notes,
    ...(cut > 0
      ? [`The first ${cut} rows of these are left out: use grep, since or a smaller tail.`]
      : []),
    ...(routine.length === 0
      ? []
      : [
          'Routine lines of the older part, summed up (grep shows them):',
          ...routine.map((one) => renderRoutine(one, day)),
          'The rest:',
        ]),
    ...shown,
  ].join('\n');
}

function renderRun({ at, lastAt, text, count }: LogRun, day: string | null): string {
  const repeats = count === 1 ? '' : ` (x${count} until ${timeOf(lastAt, day)})`;
  return `${timeOf(at, day)} ${cutLine(text)}${repeats}`;
}

function renderRoutine({ pattern, count, at, lastAt }: Routine, day: string | null): string {
  return `  ${count}x ${timeOf(at, day)} to ${timeOf(lastAt, day)} ${cutLine(pattern)}`;
}

/** To the millisecond, which is what orders the lines of a request. */
function timeOf(at: string, day: string | null): string {
  return day === null ? at : at.slice(11, -1);
}

function cutLine(text: string): string {
  return text.length <= MAX_LINE ? text : `${text.slice(0, MAX_LINE)}… (${text.length} characters)`;
}

function newestThatFit(rows: readonly string[]): string[] {
  let room = MAX_TEXT;
  const first = rows.findLastIndex((row) => {
    room -= row.length;
    return room < 0;
  });
  return rows.slice(first + 1);
}
