import { z } from 'zod';
import { detailEnv, quoteArgument } from '../container-detail.ts';
import { EnvVar } from '../objects/pod.ts';
import { oneLine } from '../wording.ts';

/** One field of a pod template that differs between two revisions. */
export const FieldChange = z.object({
  /** As in the manifest, items of lists by their name: `containers[app].resources.limits.memory`. */
  field: z.string(),
  /** Null where it was not there. Both sides read the same when they are values that are not shown. */
  from: z.string().nullable(),
  /** Null where it is not there any more. */
  to: z.string().nullable(),
});
export type FieldChange = z.infer<typeof FieldChange>;

/** A pod template, whole: what changed may be any field, known here or not. */
export const RawTemplate = z.object({
  metadata: z
    .object({
      labels: z.record(z.string(), z.unknown()).default({}),
      annotations: z.record(z.string(), z.unknown()).default({}),
    })
    .prefault({}),
  spec: z.record(z.string(), z.unknown()),
});
export type RawTemplate = z.infer<typeof RawTemplate>;

const RESTARTED_AT = 'annotations[kubectl.kubernetes.io/restartedAt]';

/** All that differs, in the order of the manifest. */
export function diffTemplates(before: RawTemplate, after: RawTemplate): FieldChange[] {
  return diffTrees('', rootOf(before), rootOf(after));
}

/** What `kubectl rollout restart` does: the same template again. */
export function isRestart(changes: readonly FieldChange[]): boolean {
  return changes.length > 0 && changes.every(({ field }) => field === RESTARTED_AT);
}

/** `containers[app].image: checkout:1.4.1 → checkout:1.4.2`. */
export function renderFieldChange({ field, from, to }: FieldChange): string {
  if (from === null) return `${field}: added ${oneLine(to ?? '')}`;
  if (to === null) return `${field}: removed (was ${oneLine(from)})`;
  if (from === to) return `${field}: another value (${to})`;
  return `${field}: ${oneLine(from)} → ${oneLine(to)}`;
}

/** `text` is shown, `value` compared: under a secret's name they differ. */
interface Leaf {
  text: string;
  value: string;
}
type Tree = Leaf | Branch;
interface Branch extends Map<string, Tree> {}

/** By what the items of a list are told apart; the other lists are compared as a whole. */
const ITEM_KEYS = new Map([
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['volumes', 'name'],
  ['imagePullSecrets', 'name'],
  ['volumeMounts', 'mountPath'],
  ['ports', 'containerPort'],
]);
/** Controllers set these to tell revisions apart. */
const OF_CONTROLLERS = new Set(['pod-template-hash', 'controller-revision-hash']);

function rootOf({ metadata, spec }: RawTemplate): Branch {
  const { labels, annotations } = metadata;
  return branchOf(Object.entries({ labels, annotations, ...spec }));
}

function branchOf(entries: readonly [string, unknown][]): Branch {
  return new Map(
    entries
      .filter(([key, value]) => value !== null && !OF_CONTROLLERS.has(key))
      .map(([key, value]) => [key, treeOf(key, value)]),
  );
}

function treeOf(key: string, value: unknown): Tree {
  if (Array.isArray(value)) return listTree(key, value);
  if (typeof value === 'object' && value !== null) return branchOf(Object.entries(value));
  const text = String(value);
  return { text, value: text };
}

function listTree(key: string, items: readonly unknown[]): Tree {
  if (key === 'env') return new Map(items.map(envTree));
  const value = JSON.stringify(items);
  const words = items.filter((item) => typeof item === 'string');
  if (words.length === items.length && words.length > 0) {
    return { text: words.map(quoteArgument).join(' '), value };
  }
  const itemKey = ITEM_KEYS.get(key);
  const named = items.map((item): [string, Tree] => {
    const fields = new Map(Object.entries(item ?? {}));
    const name = String(fields.get(itemKey ?? ''));
    fields.delete(itemKey ?? '');
    return [`[${name}]`, branchOf([...fields])];
  });
  const distinct = new Map(named);
  return itemKey !== undefined && distinct.size === items.length
    ? distinct
    : { text: value, value };
}

function envTree(item: unknown): [string, Tree] {
  const parsed = EnvVar.parse(item);
  const { name, value, from } = detailEnv(parsed);
  return [`[${name}]`, { text: from ?? value ?? '', value: JSON.stringify(parsed) }];
}

function diffTrees(path: string, before: Tree | undefined, after: Tree | undefined): FieldChange[] {
  if (before instanceof Map && after instanceof Map) {
    const keys = new Set([...before.keys(), ...after.keys()]);
    return [...keys].flatMap((key) => diffTrees(join(path, key), before.get(key), after.get(key)));
  }
  if (sameLeaf(before, after)) return [];
  return [{ field: path, from: textOf(before), to: textOf(after) }];
}

function sameLeaf(before: Tree | undefined, after: Tree | undefined): boolean {
  if (before === undefined || before instanceof Map) return false;
  if (after === undefined || after instanceof Map) return false;
  return before.value === after.value;
}

function join(path: string, key: string): string {
  if (key.startsWith('[')) return `${path}${key}`;
  if (/[./]/.test(key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function textOf(tree: Tree | undefined): string | null {
  if (tree === undefined) return null;
  return tree instanceof Map ? leavesOf('', tree).join(', ') : tree.text;
}

/** What the API server fills in when nobody says: no part of what was added. */
const DEFAULTED = new Set(['terminationMessagePath', 'terminationMessagePolicy']);

function leavesOf(path: string, tree: Tree): string[] {
  if (!(tree instanceof Map)) return [`${path}=${tree.text}`];
  if (tree.size === 0) return [`${path}{}`];
  return [...tree].flatMap(([key, child]) =>
    DEFAULTED.has(key) ? [] : leavesOf(join(path, key), child),
  );
}
