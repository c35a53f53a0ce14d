import type { Citation } from '../report/report.ts';
import type { MetricId } from './metric-queries.ts';
import { levelAtEnd, type MetricShift, shiftsOf } from './metric-shifts.ts';
import type { MetricSeries } from './metrics.ts';
import { keyOf, type ObjectRef } from './object-ref.ts';
import type { Situation } from './situation.ts';

/** What the standard series say of one object and another. */
export interface Signals {
  /** The strongest first. */
  shifts: readonly MetricShift[];
  subjects(id: MetricId): ObjectRef[];
  /** Its strongest move in that direction; `of` where a query tells several things. */
  moved(
    id: MetricId,
    ref: ObjectRef,
    direction: MetricShift['direction'],
    of?: string,
  ): MetricShift | null;
  /** Of its pods the one that is highest at the end of the window. */
  highest(
    id: MetricId,
    ref: ObjectRef,
    of?: string,
  ): { series: MetricSeries; level: number } | null;
}

export function signalsOf({ metrics, symptom, window }: Situation): Signals {
  const shifts = shiftsOf(metrics, symptom.since, window);
  const of = (id: MetricId, ref: ObjectRef, part?: string) => {
    const key = keyOf(ref);
    return (series: MetricSeries) =>
      series.id === id &&
      (part === undefined || series.labels.of === part) &&
      series.subject !== null &&
      keyOf(series.subject) === key;
  };
  return {
    shifts,
    subjects: (id) => {
      const refs = metrics.flatMap((series) =>
        series.id === id && series.subject ? series.subject : [],
      );
      return [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
    },
    moved: (id, ref, direction, part) => {
      const isWanted = of(id, ref, part);
      return (
        shifts.find((shift) => shift.direction === direction && isWanted(shift.series)) ?? null
      );
    },
    highest: (id, ref, part) =>
      metrics
        .filter(of(id, ref, part))
        .flatMap((series) => {
          const level = levelAtEnd(series, window);
          return level === null ? [] : [{ series, level }];
        })
        .sort((a, b) => b.level - a.level)[0] ?? null,
  };
}

const AT_LIMIT = 0.85;
/** Cores, and how many times as many as before. */
const MUCH = { cores: 0.2, times: 2 } as const;

/** Who has no CPU to spare answers late on any network. */
export function isBusy(ref: ObjectRef, signals: Signals): boolean {
  const used = signals.moved('cpu', ref, 'up');
  return (
    signals.moved('throttled', ref, 'up') !== null ||
    (signals.highest('limit-share', ref, 'cpu')?.level ?? 0) > AT_LIMIT ||
    (used !== null && used.after >= MUCH.cores && used.after >= MUCH.times * used.before)
  );
}

/** The lines that an output has of a series: its shape, and its numbers; of one that is folded away, the query. */
export function quoteSeries(
  { evidence: id, labels }: MetricSeries,
  { evidence }: Pick<Situation, 'evidence'>,
): Citation[] {
  const lines = evidence.find((it) => it.id === id)?.text.split('\n') ?? [];
  const said = lines.map((line) => namedBy(line, labels));
  const most = Math.max(-1, ...said);
  const at = most < 0 ? 0 : said.indexOf(most);
  return lines
    .slice(at, at + 2)
    .filter((line, index) => index === 0 || line.startsWith('  first'))
    .map((line) => ({ evidence: id, quote: line.trim().slice(0, 200).toWellFormed().trim() }))
    .filter(({ quote }) => quote !== '');
}

const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** How many labels of the series a line names; -1 for a line that names another series, or none. */
function namedBy(line: string, labels: Readonly<Record<string, string>>): number {
  if (!line.startsWith('{')) return -1;
  const pairs = [...line.slice(0, line.indexOf('}') + 1).matchAll(LABEL)];
  return pairs.every(([, name = '', value]) => labels[name] === value) ? pairs.length : -1;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `1.2 s`, `80 ms`. */
export function duration(seconds: number): string {
  return seconds >= 1 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds * 1000)} ms`;
}

export function perSecond(rate: number): string {
  return rate >= 10 ? rate.toFixed(0) : rate.toFixed(1);
}
