import { isSecretName } from '../evidence/secret-names.ts';
import { ToolError } from './tool.ts';

/**
 * What queries may do with the values of labels. A secret is recognised by what stands around it: the name it has,
 * the text it is a part of. So a query may not take one out of there: it may copy whole values only, and none
 * from under a name that says that it is a secret. Asking whether a value matches is left to all queries.
 */

/** Literals of a query, with their quotes. */
export interface LabelReplace {
  replacement: string;
  source: string;
  pattern: string;
}

/** Why this use of `label_replace` is refused, or null. */
export function whyNotReplaced({ replacement, source, pattern }: LabelReplace): string | null {
  const text = literalText(replacement);
  // A text of its own says no more than whether the pattern matched.
  if (text !== null && !text.includes('$')) return null;
  const whole = text === '$1' && ANYTHING.has(literalText(pattern) ?? '');
  if (!whole) {
    return (
      'label_replace may not take a part out of a value, which might be one of a secret. Copy all of it, with ' +
      '"$1" and "(.*)", or select by the part with =~'
    );
  }
  return whyNotCopied(source);
}

const ANYTHING: ReadonlySet<string> = new Set(['(.*)', '(.+)']);

/** Why this use of `label_join` is refused, or null. All are literals with their quotes. */
export function whyNotJoined(separator: string, sources: readonly string[]): string | null {
  if (sources.length > 1 && !SEPARATOR.test(literalText(separator) ?? '')) {
    return 'label_join needs a separator that keeps the values apart, such as "/" or ","';
  }
  return sources.map(whyNotCopied).find((problem) => problem !== null) ?? null;
}

/** Without one the values would be a third, in which neither can be recognised. */
const SEPARATOR = /^[\s,;:|/]+$/;

/** Why the value under a name, a literal with its quotes, may not be shown under another one; or null. */
function whyNotCopied(source: string): string | null {
  const name = literalText(source);
  return name === null
    ? `write the name ${source} without a backslash`
    : whyNotRenamed(name, undefined);
}

/** Why what stands under `source` may not be shown under `target`, another name unless they are equal; or null. */
export function whyNotRenamed(source: string, target: string | undefined): string | null {
  if (source === target || !saysSecret(source)) return null;
  return `"${source}" may hold a secret, which nobody would recognise under another name. Leave it where it is`;
}

/** `value` stands beside the name that says what it is, as in a list of environment variables. */
function saysSecret(name: string): boolean {
  return isSecretName(name) || /^values?$/i.test(name);
}

/**
 * Refuses to list the values of a label whose name says that they are secrets: in a list they stand without it.
 *
 * @throws ToolError that names the argument which asks for them.
 */
export function refuseSecretLabel(argument: string, label: string | undefined): void {
  if (label === undefined || !isSecretName(label)) return;
  throw new ToolError(
    `${argument}: the values of "${label}" are not listed, since its name says that they are secrets.`,
  );
}

/** What a literal in any of the three quotes says; null when a backslash makes that hard to tell. */
export function literalText(literal: string): string | null {
  const text = literal.slice(1, -1);
  return literal.startsWith('`') || !text.includes('\\') ? text : null;
}
