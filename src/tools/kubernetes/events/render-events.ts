import type { TimeWindow } from '../../../alert/window.ts';
import { alignColumns } from '../../table.ts';
import { toSecond } from '../../time-range.ts';
import { clockTime, commonDay } from '../clock-times.ts';
import { instant, oneLine } from '../wording.ts';
import type { EventGroup } from './fold-events.ts';

const MAX_ROWS = { Warning: 60, Normal: 30 };

interface EventReport {
  /** What was asked about, such as `Namespace shop`. */
  subject: string;
  /** Of several namespaces, so that each row says of which. */
  across: boolean;
  range: TimeWindow;
  groups: readonly EventGroup[];
  /** Events that ended before the range, and when the newest of them did. */
  older: { count: number; lastAt: string | null };
}

/** Warnings, then the rest, the newest first, each kind of event once. */
export function renderEventReport({ subject, across, range, groups, older }: EventReport): string {
  const over = `${toSecond(range.from)} to ${toSecond(range.to)}`;
  const warnings = groups.filter(({ type }) => type === 'Warning');
  const normal = groups.filter(({ type }) => type !== 'Warning');
  const left =
    older.count === 0
      ? []
      : [
          `Left out: ${older.count} older, the last at ${instant(older.lastAt)}: use since to see them.`,
        ];
  if (groups.length === 0) {
    const forgets = older.count === 0 ? ' A cluster forgets its events after about an hour.' : '';
    return [`${subject}: no events from ${over}.${forgets}`, ...left].join('\n');
  }
  const day = commonDay(groups.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]));
  return [
    `${subject}: events from ${over}, equal ones of one owner together.` +
      (day === null ? '' : ` Times are UTC of ${day}.`),
    ...table('Warnings', warnings, MAX_ROWS.Warning, across, day),
    ...table('Normal', normal, MAX_ROWS.Normal, across, day),
    ...left,
  ].join('\n');
}

function table(
  title: string,
  groups: readonly EventGroup[],
  max: number,
  across: boolean,
  day: string | null,
): string[] {
  if (groups.length === 0) return [];
  const rows = groups
    .slice(0, max)
    .map((group) => [
      ...(across ? [group.namespace] : []),
      clockTime(group.lastAt, day),
      group.count === 1 ? '' : clockTime(group.firstAt, day),
      String(group.count),
      group.reason,
      objectOf(group),
      oneLine(group.message),
    ]);
  const heading = ['LAST SEEN', 'FIRST SEEN', 'COUNT', 'REASON', 'OBJECT', 'MESSAGE'];
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const cut = groups.length - rows.length;
  return [
    `${title}: ${total}`,
    ...alignColumns([[...(across ? ['NAMESPACE'] : []), ...heading], ...rows]),
    ...(cut > 0
      ? [`${cut} more rows left out: use namespace, kind, name or since to ask for fewer.`]
      : []),
  ];
}

function objectOf({ kind, family, objects }: EventGroup): string {
  const object = `${kind.toLowerCase()}/${family}`;
  return objects === 1 ? object : `${object} (${objects})`;
}
