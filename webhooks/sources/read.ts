import type { z } from 'zod';
import { valueAt } from '../../src/lib/value-at.ts';
import { DecodeError } from './source.ts';

/**
 * The value as the schema has it. By the convention of src/alert/fields.ts an issue's message is what was
 * expected.
 * @param base Where the value stands in the body, such as `alerts[3]`; empty for the body itself.
 * @throws DecodeError naming the first field that is not as expected, and never its value.
 */
export function read<S extends z.ZodType>(schema: S, value: unknown, base = ''): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  // Of an object with a field too many the issue's path is the object's.
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...extra];
  const field = fieldOf(base, path);
  const expected = issue?.message ?? 'something else';
  throw new DecodeError(
    field,
    `${field}: expected ${expected}, got ${kindOf(valueAt(value, path))}`,
  );
}

/** @throws DecodeError when the body is anything else. */
export function readObject(body: unknown): object {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new DecodeError('body', `body: expected a JSON object, got ${kindOf(body)}`);
}

/** `alerts[3].labels.pod`. Label names come from outside: a long one is cut. */
function fieldOf(base: string, path: readonly PropertyKey[]): string {
  const field = [base, ...path.map(String)].filter((part) => part !== '').join('.');
  return field.length > 200 ? `${field.slice(0, 200)}…` : field || 'body';
}

/** The kind of a value and not the value, which may be long or private. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'another text';
  return `a ${typeof value}`;
}
