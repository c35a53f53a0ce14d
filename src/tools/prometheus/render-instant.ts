import { isSecretName } from '../../evidence/secret-names.ts';
import { alignColumns } from '../table.ts';
import { toSecond } from '../time-range.ts';
import type { Labels } from './answers.ts';
import type { InstantResult } from './instant-results.ts';
import { commonLabels, commonLine, formatLabels, withoutLabels } from './labels.ts';
import { formatOf, formatSample, parseValue } from './values.ts';

const MAX_ROWS = 50;
/** Rows of one and the same value that are shown where there are too many rows. */
const SHOWN_OF_A_KIND = 5;
/** With more labels than this that differ, a table is mostly blank. */
const MAX_COLUMNS = 6;

interface InstantText {
  query: string;
  at: string;
  type: 'vector' | 'scalar' | 'string';
  /** The highest first. */
  results: readonly InstantResult[];
  notes: readonly string[];
}

export function renderInstant({ query, at, type, results, notes }: InstantText): string {
  const told = notes.map((note) => `Note: ${note}`);
  const when = `${query} at ${toSecond(at)}`;
  const [only] = results;
  if (!only) {
    return [
      `No series for ${when}.`,
      ...told,
      'Either nothing matched (a wrong metric name or label), or a comparison was not true. ' +
        'prometheus_metadata and prometheus_labels find names.',
    ].join('\n');
  }
  if (type === 'string') return [`${when}: ${JSON.stringify(only.value)}`, ...told].join('\n');
  if (type === 'scalar') return [`${when}: ${formatSample(only.value)}`, ...told].join('\n');
  const total = results.length;
  const rows = fold(results);
  const shown = rows.reduce((sum, { of }) => sum + of, 0);
  const common = commonLabels(results.map(({ labels }) => labels));
  return [
    `${when}: ${total} series${total > 1 ? ', the highest first' : ''}`,
    ...commonLine(common),
    ...table(rows, common),
    ...(total > shown
      ? [
          `${total - shown} more were cut: use topk(10, …), sum by (…), a comparison, or more label matchers.`,
        ]
      : []),
    ...told,
  ].join('\n');
}

interface Row {
  value: string;
  /** Null for a row that stands for several more of the value before it. */
  labels: Labels | null;
  /** How many results it stands for. */
  of: number;
}

/** All of them where they fit; else those of one value are told by a few. */
function fold(results: readonly InstantResult[]): Row[] {
  const rows = results.map(({ labels, value }): Row => ({ value, labels, of: 1 }));
  if (rows.length <= MAX_ROWS) return rows;
  const folded = [...Map.groupBy(rows, ({ value }) => value).values()].flatMap((group): Row[] => {
    const more = group.length - SHOWN_OF_A_KIND;
    if (more <= 1) return group;
    const value = group[0]?.value ?? '';
    return [...group.slice(0, SHOWN_OF_A_KIND), { value, labels: null, of: more }];
  });
  return folded.slice(0, MAX_ROWS);
}

/**
 * Values beside the labels that differ, a column each; beside selectors where that is shorter, or where a secret
 * would stand far from its name.
 */
function table(rows: readonly Row[], common: Labels): string[] {
  const own = rows.map(({ labels }) => labels && withoutLabels(labels, common));
  const names = [...new Set(own.flatMap((labels) => Object.keys(labels ?? {})))];
  const value = ({ value: text, labels, of }: Row) => {
    const shown = formatOf({ ...common, ...labels })(parseValue(text));
    return labels ? shown : `${shown} (${of} more)`;
  };
  if (names.length > MAX_COLUMNS || names.some(isSecretName)) {
    return alignColumns(
      rows.map((row, index) => [value(row), own[index] ? formatLabels(own[index]) : '']),
    );
  }
  if (names.length === 0) return rows.map(value);
  return alignColumns([
    ['VALUE', ...names.map((name) => (name === '__name__' ? 'METRIC' : name))],
    ...rows.map((row, index) => [value(row), ...names.map((name) => own[index]?.[name] ?? '')]),
  ]);
}
