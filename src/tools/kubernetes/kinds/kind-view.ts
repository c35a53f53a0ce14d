import type { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import type { Condition, Metadata } from '../objects/metadata.ts';
import type { PodTemplate } from '../objects/pod.ts';
import { age, instant, oneLine } from '../wording.ts';

export interface Health {
  healthy: boolean;
  /** What to know of it besides its row, most of all what is wrong. One line each. */
  details: string[];
}

/** How the objects of one kind are looked at. Everything here is pure. */
interface KindLook<T> {
  schema: z.ZodType<T>;
  /** kubectl's, without NAME, and AGE where kubectl has it. */
  columns: readonly string[];
  /** One for each column. The age is that at the end of the window. */
  cells(object: T, window: TimeWindow): string[];
  health?(object: T, window: TimeWindow): Health;
  /** What `kubectl describe` says besides, by label; what is empty is left out. */
  facts?(object: T): Record<string, string>;
  conditions?(object: T): readonly Condition[];
  template?(object: T): PodTemplate;
  /** Rows of one owner that agree in this are told as one; by default all cells but the age have to. */
  fold?(object: T, window: TimeWindow): string;
  /** The higher, the earlier it is told, among those that are as healthy. */
  rank?(object: T): number;
  /** The namespace that a cluster-wide object tells of, for environments that may not read all. */
  tellsOf?(object: T): string | null;
}

/** One object, looked at from the end of a window. */
export interface ObjectView extends Health {
  metadata: Metadata;
  cells: string[];
  facts: Record<string, string>;
  conditions: readonly Condition[];
  template: PodTemplate | null;
  fold: string;
  rank: number;
  tellsOf: string | null;
}

/** A kind whose own type is closed in, so that a table can hold all kinds. */
export interface KindView {
  columns: readonly string[];
  /** Whether anything can be wrong with such an object. */
  judged: boolean;
  /** Whether such an object may tell of a namespace though it is in none. */
  tells: boolean;
  schemaAt(window: TimeWindow): z.ZodType<ObjectView>;
}

export function kindView<T extends { metadata: Metadata }>(
  look: KindLook<T>,
): KindView & { view(object: T, window: TimeWindow): ObjectView } {
  const { schema, columns } = look;
  const view = (object: T, window: TimeWindow): ObjectView => {
    const cells = look.cells(object, window);
    const health = look.health?.(object, window) ?? troubles([]);
    const stuck = stuckDeletion(object.metadata, window);
    return {
      metadata: object.metadata,
      cells,
      healthy: health.healthy && stuck.length === 0,
      details: [...stuck, ...health.details],
      facts: look.facts?.(object) ?? {},
      conditions: look.conditions?.(object) ?? [],
      template: look.template?.(object) ?? null,
      fold: look.fold?.(object, window) ?? foldKey(columns, cells),
      rank: look.rank?.(object) ?? 0,
      tellsOf: look.tellsOf?.(object) ?? null,
    };
  };
  return {
    columns,
    judged: look.health !== undefined,
    tells: look.tellsOf !== undefined,
    view,
    schemaAt: (window) => schema.transform((object) => view(object, window)),
  };
}

function foldKey(columns: readonly string[], cells: readonly string[]): string {
  return JSON.stringify(cells.filter((_, index) => columns[index] !== 'AGE'));
}

/** What a cluster-wide object says of a namespace is for those who may read that namespace. */
export function isVisible({ tellsOf }: ObjectView, namespaces: readonly string[] | null): boolean {
  return tellsOf === null || namespaces === null || namespaces.includes(tellsOf);
}

/** The age is left out: it is the time of creation, told from a window. */
export function namedCells({ columns }: KindView, { cells }: ObjectView): Record<string, string> {
  return Object.fromEntries(
    columns.flatMap((column, index) => (column === 'AGE' ? [] : [[column, cells[index] ?? '']])),
  );
}

/** Healthy when there is nothing to say. */
export function troubles(details: readonly (string | false | null)[]): Health {
  const said = details.filter((detail) => detail !== false && detail !== null);
  return { healthy: said.length === 0, details: said };
}

/** `Available is False since 2026-11-21T03:01:00Z: MinimumReplicasUnavailable: …` for each that `isBad` picks. */
export function badConditions(
  conditions: readonly Condition[],
  isBad: (condition: Condition) => boolean,
): string[] {
  return conditions.filter(isBad).map(({ type, status, reason, message, lastTransitionTime }) => {
    const since = lastTransitionTime ? ` since ${instant(lastTransitionTime)}` : '';
    const why = [reason, message && oneLine(message)].filter((part) => part).join(': ');
    return `${type} is ${status}${since}${why === '' ? '' : `: ${why}`}`;
  });
}

/** For kinds whose objects have nothing else that changes. */
export function ageOf({ metadata }: { metadata: Metadata }, window: TimeWindow): string {
  return age(metadata.creationTimestamp, window);
}

function stuckDeletion(metadata: Metadata, window: TimeWindow): string[] {
  const { deletionTimestamp, finalizers } = metadata;
  if (!deletionTimestamp || finalizers.length === 0) return [];
  if (Date.parse(deletionTimestamp) > Date.parse(window.to)) return [];
  return [`deleted at ${instant(deletionTimestamp)}, still waits for ${finalizers.join(', ')}`];
}
