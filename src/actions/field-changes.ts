import { z } from 'zod';
import { quoteArgument } from '../tools/kubernetes/container-detail.ts';
import { HIDDEN_VALUE, holdsSecret } from '../tools/kubernetes/secret-variables.ts';

export const FieldChange = z.object({
  /** Such as `spec.template.spec.containers[app].image`. */
  field: z.string(),
  /** As JSON, a list of texts as one line; null where the field is absent. */
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type FieldChange = z.infer<typeof FieldChange>;

/** What the API server writes by itself at every apply says nothing about the manifest. */
const BOOKKEEPING =
  /^(?:status|metadata\.(?:managedFields|resourceVersion|generation|uid|creationTimestamp|selfLink))(?:[.[]|$)/;
/** A longer one is told by its length: a part of it could be a part of a secret, which nothing recognises. */
const MAX_VALUE = 500;

/** The leaves in which two objects differ, in the order of their paths. */
export function differences(before: unknown, after: unknown): FieldChange[] {
  const [old, now] = [leaves(before), leaves(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => !BOOKKEEPING.test(field) && old.get(field)?.value !== now.get(field)?.value)
    .sort()
    .map((field) => ({
      field,
      before: old.get(field)?.shown ?? null,
      after: now.get(field)?.shown ?? null,
    }));
}

/** `value` is compared, `shown` may hide it. */
interface Leaf {
  value: string;
  shown: string;
}

/**
 * What a ConfigMap holds is shown by no tool: it is often where secrets are that should be elsewhere. The
 * annotation holds all of it once more.
 */
const NEVER_SHOWN =
  /^(?:(?:data|binaryData)\.|metadata\.annotations\.kubectl\.kubernetes\.io\/last-applied-configuration$)/;

function leaves(value: unknown): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  visit(value, '', found);
  return found;
}

function visit(value: unknown, path: string, found: Map<string, Leaf>): void {
  if (Array.isArray(value)) {
    visitList(value, path, found);
  } else if (typeof value === 'object' && value !== null) {
    const hidden = holdsSecret(nameOf(value) ?? '');
    for (const [name, item] of Object.entries(value)) {
      const inside = path === '' ? name : `${path}.${name}`;
      // The name of a variable is taken from the object: in a path it could be misread.
      if (hidden && name === 'value' && typeof item === 'string') {
        found.set(inside, { value: item, shown: HIDDEN_VALUE });
      } else {
        visit(item, inside, found);
      }
    }
  } else if (value !== undefined) {
    const { length } = String(value);
    found.set(path, leaf(path, JSON.stringify(value), length));
  }
}

function visitList(items: readonly unknown[], path: string, found: Map<string, Leaf>): void {
  const words = items.filter((item) => typeof item === 'string');
  if (words.length === items.length && words.length > 0) {
    // As one line: in `--password x` only the first word says what the second one is.
    found.set(path, { ...leaf(path, words.map(quoteArgument).join(' ')), value: words.join('\0') });
    return;
  }
  for (const [index, item] of items.entries()) {
    visit(item, `${path}[${nameOf(item) ?? index}]`, found);
  }
}

function leaf(path: string, text: string, length = text.length): Leaf {
  const hidden = NEVER_SHOWN.test(path) || length > MAX_VALUE;
  return { value: text, shown: hidden ? `<${length} characters>` : text };
}

/** Kubernetes merges most lists by name, so an entry is known by it and not by its place. */
function nameOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null || !('name' in item)) return null;
  return typeof item.name === 'string' ? item.name : null;
}
