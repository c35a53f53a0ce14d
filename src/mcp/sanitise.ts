import type { Redact } from '../evidence/redact.ts';
import { stripInvisible } from '../lib/escape.ts';
import { cutText } from './cut.ts';

/**
 * Makes text of the outside world safe to show: what cannot be seen goes first, since it could split a
 * secret in two, then the secrets.
 */
export function sanitiseText(text: string, redact: Redact, name?: string): string {
  return redact(stripInvisible(text), name);
}

/** Longer than any secret, so that none that begins before a cut is seen in part. */
const MARGIN = 32_768;

/**
 * {@link sanitiseText} of a text of any length, cut to `maxBytes` as {@link cutText} does. What would be cut is
 * not read for secrets, but for a margin: of a secret at its end only a part is seen, so none of it is shown.
 */
export function sanitiseAndCut(text: string, redact: Redact, maxBytes: number): string {
  const whole = text.length <= maxBytes + MARGIN;
  const read = sanitiseText(text.slice(0, maxBytes + MARGIN), redact);
  const head = whole ? read : read.slice(0, -MARGIN).toWellFormed();
  return cutText(head, maxBytes, whole ? '' : text.slice(maxBytes));
}

/**
 * Every string of a structured result, each under the name of its field; of a pair such as
 * `{name: "DB_PASSWORD", value: "…"}` the value under the name beside it.
 */
export function sanitiseFields(
  fields: Record<string, unknown>,
  redact: Redact,
): Record<string, unknown> {
  return sanitiseObject(fields, remembering(redact));
}

/** The objects of a list have the same fields, and many of the same values. */
function remembering(redact: Redact): Redact {
  const known = new Map<string, string>();
  return (text, name) => {
    const key = JSON.stringify([name, text]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const redacted = redact(text, name);
    known.set(key, redacted);
    return redacted;
  };
}

function sanitiseObject(fields: Record<string, unknown>, redact: Redact): Record<string, unknown> {
  const nameBeside = [fields.name, fields.key].find((name) => typeof name === 'string');
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [
      sanitiseText(field, redact),
      sanitiseValue(value, redact, field === 'value' ? (nameBeside ?? field) : field),
    ]),
  );
}

function sanitiseValue(value: unknown, redact: Redact, name: string): unknown {
  if (typeof value === 'string') return sanitiseText(value, redact, name);
  if (Array.isArray(value)) return value.map((item) => sanitiseValue(item, redact, name));
  if (typeof value === 'object' && value !== null) {
    return sanitiseObject(Object.fromEntries(Object.entries(value)), redact);
  }
  return value;
}
