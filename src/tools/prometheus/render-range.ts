import type { TimeWindow } from '../../alert/window.ts';
import { formatAge, toSecond } from '../time-range.ts';
import type { Labels, Series } from './answers.ts';
import { commonLabels, commonLine, formatLabels, withoutLabels } from './labels.ts';
import { type Change, type Point, type SeriesSummary, sparkline } from './summary.ts';
import { formatOf, looksSame } from './values.ts';

/** Series of one and the same shape that are shown. */
const SHOWN_OF_A_KIND = 5;

export interface SummarisedSeries {
  series: Series;
  summary: SeriesSummary;
}

export interface RangeAnswer {
  query: string;
  range: TimeWindow;
  stepSeconds: number;
  /** Those to show. */
  shown: readonly SummarisedSeries[];
  /** How many there are in all. */
  total: number;
  notes: readonly string[];
}

export function renderRange(answer: RangeAnswer): string {
  const { range, shown, total } = answer;
  const over = `${toSecond(range.from)} to ${toSecond(range.to)}, step ${formatAge(answer.stepSeconds * 1000)}`;
  const notes = answer.notes.map((note) => `Note: ${note}`);
  if (total === 0) {
    return [
      `No series for ${answer.query} over ${over}.`,
      ...notes,
      'Either nothing matched (a wrong metric name or label), or a comparison was never true. ' +
        'prometheus_metadata and prometheus_labels find names.',
    ].join('\n');
  }
  const common = commonLabels(shown.map(({ series }) => series.metric));
  const clock = clockOf(range);
  return [
    `${answer.query}`,
    `${over}: ${total} series${total > 1 ? ', those that moved most first' : ''}`,
    ...commonLine(common),
    ...fold(shown.map((it) => renderSeries(it, common, range, clock))),
    ...(total > shown.length
      ? [
          `${total - shown.length} more series were cut. Narrow the selector, aggregate with sum by (…), or ` +
            'use topk(10, …).',
        ]
      : []),
    ...notes,
  ].join('\n');
}

interface Rendered {
  name: string;
  /** What stands behind the name. */
  shape: string;
  rest: string[];
}

/** Series that did nothing but stay at one value are told by a few of them; the others have a shape each. */
function fold(all: readonly Rendered[]): string[] {
  const alike = [...Map.groupBy(all, ({ shape, rest }) => [shape, ...rest].join('\n')).values()];
  return alike.flatMap((group) => {
    const shown = group.length <= SHOWN_OF_A_KIND + 1 ? group : group.slice(0, SHOWN_OF_A_KIND);
    const more = group.length - shown.length;
    return [
      ...shown.flatMap(({ name, shape, rest }) => [`${name}  ${shape}`, ...rest]),
      ...(more > 0 ? [`${more} more  ${group[0]?.shape ?? ''}`] : []),
    ];
  });
}

function renderSeries(
  { series, summary }: SummarisedSeries,
  common: Labels,
  range: TimeWindow,
  clock: (at: number) => string,
): Rendered {
  const { first, last, min, max, mean, points } = summary;
  const name = formatLabels(withoutLabels(series.metric, common));
  const show = formatOf(series.metric);
  const rest = renderRest(summary, clock, show);
  if (!first || !last || !min || !max || mean === null) {
    return { name, shape: `no finite value in ${points} points`, rest };
  }
  if (looksSame(min.value, max.value)) {
    return { name, shape: `${show(first.value)} ${steady(summary)}`, rest };
  }
  const at = ({ at: when, value }: Point) => `${show(value)} at ${clock(when)}`;
  const numbers = `  first ${at(first)}  last ${at(last)}  min ${at(min)}  max ${at(max)}  mean ${show(mean)}  ${count(points)}`;
  return { name, shape: sparkline(series, range), rest: [numbers, ...rest] };
}

function renderRest(
  { shifts, jumps, gaps, notFinite }: SeriesSummary,
  clock: (at: number) => string,
  show: (value: number) => string,
): string[] {
  const changes = (all: readonly Change[]) =>
    all.map(({ at, before, after }) => `${clock(at)} ${show(before)} → ${show(after)}`).join('; ');
  const holes = gaps.map(({ from, to }) => `${clock(from)} to ${clock(to)}`);
  return [
    ...(shifts.length === 0 ? [] : [`  level ${changes(shifts)}`]),
    ...(jumps.length === 0 ? [] : [`  jumps ${changes(jumps)}`]),
    ...(holes.length === 0 ? [] : [`  no data ${holes.join('; ')}`]),
    ...(notFinite
      ? [`  NaN or infinite at ${count(notFinite.points)}, first ${clock(notFinite.since)}`]
      : []),
  ];
}

function steady({ points, notFinite }: SeriesSummary): string {
  if (notFinite === null) return `throughout, ${count(points)}`;
  return `at ${points - notFinite.points} of ${count(points)}`;
}

function count(points: number): string {
  return `${points} point${points === 1 ? '' : 's'}`;
}

/** Within one day the date is said once, at the top. */
function clockOf(range: TimeWindow): (at: number) => string {
  const oneDay = range.from.slice(0, 10) === range.to.slice(0, 10);
  return (at) => {
    const text = toSecond(at * 1000);
    return oneDay ? text.slice(11) : text;
  };
}
