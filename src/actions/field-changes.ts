import { z } from 'zod';
import { HIDDEN_VALUE, holdsSecret } from '../tools/kubernetes/secret-variables.ts';

export const FieldChange = z.object({
  /** Such as `spec.template.spec.containers[app].image`. */
  field: z.string(),
  /** As JSON; null where the field is absent. */
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type FieldChange = z.infer<typeof FieldChange>;

/** What the API server writes by itself at every apply says nothing about the manifest. */
const BOOKKEEPING =
  /^(?:status|metadata\.(?:managedFields|resourceVersion|generation|uid|creationTimestamp|selfLink))(?:[.[]|$)/;
const MAX_VALUE = 200;

/** The leaves in which two objects differ, in the order of their paths. */
export function differences(before: unknown, after: unknown): FieldChange[] {
  const [old, now] = [leaves(before), leaves(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => !BOOKKEEPING.test(field) && old.get(field) !== now.get(field))
    .sort()
    .map((field) => ({
      field,
      before: shown(field, old.get(field)),
      after: shown(field, now.get(field)),
    }));
}

const VARIABLE = /\.env\[([^\]]+)\]\.value$/;
/** What a ConfigMap holds is shown by no tool: it is often where secrets are that should be elsewhere. */
const CONFIG_VALUE = /^(?:data|binaryData)\./;

function shown(field: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  if (CONFIG_VALUE.test(field)) return `<${value.length - 2} characters>`;
  if (holdsSecret(VARIABLE.exec(field)?.[1] ?? '')) return HIDDEN_VALUE;
  return value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value;
}

function leaves(value: unknown): Map<string, string> {
  const found = new Map<string, string>();
  visit(value, '', found);
  return found;
}

function visit(value: unknown, path: string, found: Map<string, string>): void {
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      visit(item, `${path}[${nameOf(item) ?? index}]`, found);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      visit(item, path === '' ? name : `${path}.${name}`, found);
    }
  } else if (value !== undefined) {
    found.set(path, JSON.stringify(value));
  }
}

/** Kubernetes merges most lists by name, so an entry is known by it and not by its place. */
function nameOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null || !('name' in item)) return null;
  return typeof item.name === 'string' ? item.name : null;
}
