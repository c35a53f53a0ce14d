import type { TimeWindow } from '../../../alert/window.ts';
import { truncate } from '../../../lib/escape.ts';
import { alignColumns } from '../../table.ts';
import { toSecond } from '../../time-range.ts';
import type { KindView, ObjectView } from '../kinds/kind-view.ts';
import { RESOURCES, type Resource } from '../resources.ts';
import { age } from '../wording.ts';

/** Unhealthy objects of one kind of trouble that are shown in full; more say nothing new. */
const SHOWN_OF_A_TROUBLE = 3;
/** Objects without an owner have names that somebody chose, so a few of them keep a row each. */
const SHOWN_WITHOUT_OWNER = 3;
/** Names that a controller made up say nothing: the first ones are enough to ask for one of them. */
const NAMES_OF_A_FOLD = 4;
const NAMES_WITHOUT_OWNER = 40;
const MAX_ROWS = 100;
const MAX_CELL = 60;

export interface ObjectListing {
  resource: Resource;
  kind: KindView;
  /** What was asked about, such as `Namespace shop`; empty for what has no namespace. */
  scope: string;
  objects: readonly ObjectView[];
  /** More objects exist than were read. */
  truncated: boolean;
  /** The arguments that would make it fewer. */
  narrow: string;
}

interface Row {
  cells: string[];
  details: string[];
}

/** What a group of objects is told with: the columns, and whether their namespaces are one of these. */
interface Frame {
  listing: ObjectListing;
  window: TimeWindow;
  namespaces: boolean;
}

/** `kubectl get` with the unhealthy first, why under their rows, and rows that say the same as one. */
export function renderList(listing: ObjectListing, window: TimeWindow): string {
  const { objects, kind, truncated, narrow } = listing;
  const namespaces = namespacesOf(objects).length > 1;
  const frame: Frame = { listing, window, namespaces };
  const ranked = objects.toSorted((a, b) => b.rank - a.rank);
  const unhealthy = ranked.filter((it) => !it.healthy);
  const healthy = ranked.filter((it) => it.healthy);
  const rows = [
    ...groups(unhealthy).flatMap((group) => unhealthyRows(group, frame)),
    ...groups(healthy).flatMap((group) => healthyRows(group, frame)),
  ];
  const shown = rows.slice(0, MAX_ROWS);
  const heading = [...(namespaces ? ['NAMESPACE'] : []), 'NAME', ...kind.columns];
  const lines = alignColumns([heading, ...shown.map(({ cells }) => cells)]);
  return [
    headline(listing, unhealthy.length, window),
    lines[0] ?? '',
    ...shown.flatMap(({ details }, index) => [
      lines[index + 1] ?? '',
      ...details.map((detail) => `    ${detail}`),
    ]),
    ...(rows.length > shown.length
      ? [`${rows.length - shown.length} more rows left out: use ${narrow} to ask for fewer.`]
      : []),
    ...(truncated
      ? [`Only the first ${objects.length} were read: use ${narrow} to ask for fewer.`]
      : []),
  ].join('\n');
}

/** `Namespace shop: 7 pods, 3 unhealthy. Ages at 2026-11-21T03:12:00Z.` */
function headline(listing: ObjectListing, unhealthy: number, window: TimeWindow): string {
  const { objects, kind, scope, truncated } = listing;
  const [only, ...others] = namespacesOf(objects);
  const toldOnce = only && others.length === 0 && scope !== `Namespace ${only}`;
  return (
    `${scope && `${scope}: `}${countOf(objects.length, listing, truncated)}` +
    `${toldOnce ? `, all in ${only}` : ''}${kind.judged ? `, ${unhealthy} unhealthy` : ''}.` +
    (kind.columns.includes('AGE') ? ` Ages at ${toSecond(window.to)}.` : '')
  );
}

function namespacesOf(objects: readonly ObjectView[]): string[] {
  return [...new Set(objects.map(({ metadata }) => metadata.namespace))];
}

function groups(objects: readonly ObjectView[]): ObjectView[][] {
  const byKey = Map.groupBy(objects, (object) => {
    const owner = ownerName(object);
    // What belongs to nobody is told as one only when everything that is said of it is the same.
    const said = owner === null ? object.details : [];
    return JSON.stringify([object.metadata.namespace, owner, object.fold, said]);
  });
  return [...byKey.values()];
}

function ownerName({ metadata: { ownerReferences } }: ObjectView): string | null {
  return (ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0])?.name ?? null;
}

function unhealthyRows(group: readonly ObjectView[], frame: Frame): Row[] {
  return [
    ...group.slice(0, SHOWN_OF_A_TROUBLE).map((object) => row(object, frame)),
    ...fold(group.slice(SHOWN_OF_A_TROUBLE), frame),
  ];
}

function healthyRows(group: readonly ObjectView[], frame: Frame): Row[] {
  const owned = group[0] !== undefined && ownerName(group[0]) !== null;
  return owned || group.length > SHOWN_WITHOUT_OWNER
    ? fold(group, frame)
    : group.map((object) => row(object, frame));
}

function row(object: ObjectView, { namespaces }: Frame): Row {
  const { name, namespace } = object.metadata;
  return {
    cells: [...(namespaces ? [namespace] : []), name, ...object.cells.map(shorten)],
    details: object.details,
  };
}

/** A long cell would widen its column in every row; kubectl_describe has it in full. The last has the line to itself. */
function shorten(cell: string, index: number, cells: readonly string[]): string {
  return index === cells.length - 1 ? cell : truncate(cell, MAX_CELL);
}

function fold(group: readonly ObjectView[], frame: Frame): Row[] {
  const [first] = group;
  if (!first) return [];
  if (group.length === 1) return [row(first, frame)];
  const { listing, window, namespaces } = frame;
  const rows = group.map(({ cells }) => cells);
  const names = group.map(({ metadata }) => metadata.name).sort();
  const owned = ownerName(first) !== null;
  const count = countOf(group.length, listing, false);
  return [
    {
      cells: [
        ...(namespaces ? [first.metadata.namespace] : []),
        owned ? `${abbreviated(names)} (${count})` : count,
        ...listing.kind.columns.map((column, index) =>
          column === 'AGE'
            ? ageRange(group, window)
            : merged(
                column,
                rows.map((cells) => cells[index] ?? ''),
              ),
        ),
      ],
      details: owned ? [] : [listed(names)],
    },
  ];
}

/** `checkout-6b9f7c9d4-{2xk4p,9jw8q}`: shorter than the names, which can still be put together. */
function abbreviated(names: readonly string[]): string {
  const prefix = commonPrefix(names);
  const suffixes = names.slice(0, NAMES_OF_A_FOLD).map((name) => name.slice(prefix.length));
  const more = names.length > NAMES_OF_A_FOLD ? ',…' : '';
  return `${prefix}{${suffixes.join(',')}${more}}`;
}

/** Up to the last hyphen that all names share. */
function commonPrefix(names: readonly string[]): string {
  const [first = '', ...others] = names;
  let length = first.length;
  for (const name of others) {
    while (!name.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, first.lastIndexOf('-', length - 1) + 1);
}

function listed(names: readonly string[]): string {
  const left = names.length - NAMES_WITHOUT_OWNER;
  const shown = names.slice(0, NAMES_WITHOUT_OWNER).join(', ');
  return left > 0 ? `${shown} and ${left} more` : shown;
}

/** One cell of a column for several rows: the same, or a range of numbers, or how many there are. */
function merged(column: string, cells: readonly string[]): string {
  const distinct = [...new Set(cells)];
  if (distinct.length === 1) return distinct[0] ?? '';
  const numbers = distinct.map(Number);
  if (numbers.every((it) => Number.isFinite(it))) {
    return `${Math.min(...numbers)}..${Math.max(...numbers)}`;
  }
  return distinct.length > 2
    ? `${distinct.length} ${column.toLowerCase()}s`
    : distinct.sort().join(',');
}

function ageRange(group: readonly ObjectView[], window: TimeWindow): string {
  const times = group
    .map(({ metadata }) => metadata.creationTimestamp ?? '')
    .sort((a, b) => Date.parse(a) - Date.parse(b));
  const [oldest, newest] = [age(times[0], window), age(times.at(-1), window)];
  return oldest === newest ? oldest : `${newest}..${oldest}`;
}

function countOf(count: number, { resource }: ObjectListing, orMore: boolean): string {
  const what = count === 1 ? RESOURCES[resource].kind.toLowerCase() : resource;
  return `${count}${orMore ? ' or more' : ''} ${what}`;
}
