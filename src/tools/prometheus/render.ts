import type { TimeWindow } from '../../alert/window.ts';
import { formatAge, toSecond } from '../time-range.ts';
import type { Series } from './client.ts';
import { type Point, type SeriesSummary, sparkline } from './summary.ts';

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
      'Either nothing matched (a wrong metric name or label), or a comparison was never true.',
      ...notes,
    ].join('\n');
  }
  const common = commonLabels(shown.map(({ series }) => series));
  const clock = clockOf(range);
  return [
    `${answer.query}`,
    `${over}: ${total} series${total > 1 ? ', those that moved most first' : ''}`,
    ...(Object.keys(common).length === 0 ? [] : [`All have ${formatLabels(common)}`]),
    ...shown.flatMap((it) => renderSeries(it, common, range, clock)),
    ...(total > shown.length
      ? [
          `${total - shown.length} more series were cut. Narrow the selector, aggregate with sum by (…), or ` +
            'use topk(10, …).',
        ]
      : []),
    ...notes,
  ].join('\n');
}

function renderSeries(
  { series, summary }: SummarisedSeries,
  common: Record<string, string>,
  range: TimeWindow,
  clock: (at: number) => string,
): string[] {
  const own = Object.entries(series.metric).filter(([name]) => !(name in common));
  const { first, last, min, max, mean, points } = summary;
  const name = formatLabels(Object.fromEntries(own));
  const rest = renderRest(summary, clock);
  if (!first || !last || !min || !max || mean === null) {
    return [`${name}  no finite value in ${points} points`, ...rest];
  }
  if (min.value === max.value)
    return [`${name}  ${number(first.value)} ${steady(summary)}`, ...rest];
  const at = ({ at: when, value }: Point) => `${number(value)} at ${clock(when)}`;
  return [
    `${name}  ${sparkline(series, range)}`,
    `  first ${at(first)}  last ${at(last)}  min ${at(min)}  max ${at(max)}  mean ${number(mean)}  ${count(points)}`,
    ...rest,
  ];
}

function renderRest(
  { jumps, gaps, notFinite }: SeriesSummary,
  clock: (at: number) => string,
): string[] {
  const steps = jumps.map(
    ({ at, before, after }) => `${clock(at)} ${number(before)} → ${number(after)}`,
  );
  const holes = gaps.map(({ from, to }) => `${clock(from)} to ${clock(to)}`);
  return [
    ...(steps.length === 0 ? [] : [`  jumps ${steps.join('; ')}`]),
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

/** Whole numbers to the digit, so that they can be compared with limits; others to five digits. */
function number(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return String(Number(value.toPrecision(5)));
}

function commonLabels(series: readonly Series[]): Record<string, string> {
  const [first, ...others] = series;
  if (!first || others.length === 0) return {};
  return Object.fromEntries(
    Object.entries(first.metric).filter(([name, value]) =>
      others.every(({ metric }) => metric[name] === value),
    ),
  );
}

/** As PromQL writes a selector. */
function formatLabels({ __name__: name = '', ...labels }: Record<string, string>): string {
  const matchers = Object.entries(labels).map(
    ([label, value]) => `${label}=${JSON.stringify(value)}`,
  );
  return `${name}{${matchers.join(', ')}}`;
}
