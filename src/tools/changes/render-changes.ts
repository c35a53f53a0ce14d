import { alignColumns } from '../table.ts';
import { formatAge, toSecond } from '../time-range.ts';
import type { Change } from './change.ts';

interface ChangeList {
  from: string;
  to: string;
  changes: readonly Change[];
  gaps: readonly string[];
}

const MAX_ROWS = 40;
const MAX_DETAILS = 8;
const NAMES_OF_A_FOLD = 4;

/** One row a change, newest first, with what exactly was changed under it. */
export function renderChanges({ from, to, changes, gaps }: ChangeList): string {
  const groups = [...Map.groupBy(changes, sameChange).values()];
  const shown = groups.slice(0, MAX_ROWS);
  const namespaces = new Set(changes.flatMap(({ namespace }) => namespace ?? []));
  const several = namespaces.size > 1;
  const cells = shown.map((group) => row(group, to, several));
  const heading = ['AT', 'BEFORE', ...(several ? ['NAMESPACE'] : []), 'OBJECT', 'CHANGE'];
  const table = alignColumns([heading, ...cells]);
  const where = namespaces.size === 1 ? ` in namespace ${[...namespaces].join()}` : '';
  const count = changes.length === 0 ? 'none is known' : String(changes.length);
  return [
    `Changes from ${toSecond(from)} to ${toSecond(to)}${where}: ${count}.` +
      (changes.length === 0 ? '' : ' BEFORE counts back from the end.'),
    ...(changes.length === 0 ? [] : table.slice(0, 1)),
    ...shown.flatMap((group, index) => [
      table[index + 1] ?? '',
      ...details(group).map((detail) => `    ${detail}`),
    ]),
    ...(groups.length > shown.length
      ? [
          `${groups.length - shown.length} older ones left out: ask with a namespace or FROM/TO in since.`,
        ]
      : []),
    ...gaps.map((gap) => `Note: ${gap}`),
  ].join('\n');
}

/** What one `helm upgrade` or `kubectl apply` did to many objects is one row. */
function sameChange({ at, source, kind, namespace, object, summary, details }: Change): string {
  const minute = Math.floor(Date.parse(at) / 60_000);
  const [type] = object.split('/');
  return JSON.stringify([minute, source, kind, namespace, type, summary, details]);
}

function row(group: readonly Change[], to: string, several: boolean): string[] {
  const [first] = group;
  if (!first) return [];
  const ms = Date.parse(to) - Date.parse(first.at);
  return [
    toSecond(first.at),
    formatAge(ms),
    ...(several ? [first.namespace ?? '-'] : []),
    foldedObject(group, first),
    first.summary,
  ];
}

/** `ConfigMap/{cart,checkout,…} (12)`. */
function foldedObject(group: readonly Change[], first: Change): string {
  if (group.length === 1) return first.object;
  const [type = ''] = first.object.split('/');
  const names = group.slice(0, NAMES_OF_A_FOLD).map(({ object }) => object.slice(type.length + 1));
  const more = group.length > NAMES_OF_A_FOLD ? ',…' : '';
  return `${type}/{${names.join(',')}${more}} (${group.length})`;
}

function details([first]: readonly Change[]): string[] {
  const lines = first?.details ?? [];
  const cut = lines.length - MAX_DETAILS;
  return cut > 0 ? [...lines.slice(0, MAX_DETAILS), `and ${cut} more`] : lines;
}
