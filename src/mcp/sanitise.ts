import type { Redact } from '../evidence/redact.ts';

const ESCAPE = '\u001b';
/** ANSI control sequences; a terminal would obey them. */
const ANSI = new RegExp(
  `${ESCAPE}\\[[0-?]{0,32}[ -/]{0,8}[@-~]|${ESCAPE}\\][^\\u0007${ESCAPE}]{0,256}(?:\\u0007|${ESCAPE}\\\\)|${ESCAPE}[@-Z\\\\-_]`,
  'g',
);
/**
 * What a reader does not see and a model does: control characters but tab and line feed, and format
 * characters (bidirectional overrides, zero-width ones, tags). Lone surrogates go too: no database stores them.
 */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}]/gu;

/**
 * Makes text of the outside world safe to show: what cannot be seen goes first, since it could split a
 * secret in two, then the secrets.
 */
export function sanitiseText(text: string, redact: Redact, name?: string): string {
  return redact(text.replace(/\r\n?/g, '\n').replace(ANSI, '').replace(UNSEEN, ''), name);
}

/** Every string of a structured result, each under the name of its field. */
export function sanitiseFields(
  fields: Record<string, unknown>,
  redact: Redact,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      sanitiseText(name, redact),
      sanitiseValue(value, redact, name),
    ]),
  );
}

function sanitiseValue(value: unknown, redact: Redact, name: string): unknown {
  if (typeof value === 'string') return sanitiseText(value, redact, name);
  if (Array.isArray(value)) return value.map((item) => sanitiseValue(item, redact, name));
  if (typeof value === 'object' && value !== null) {
    return sanitiseFields(Object.fromEntries(Object.entries(value)), redact);
  }
  return value;
}
