import type { LabelSet } from '../alert/alert.ts';

/** A condition on one label, and its text as it stands in a group key. */
export interface Matcher {
  name: string;
  text: string;
  /** Null when this cannot tell, because the two dialects of regular expressions differ. */
  matches(labels: LabelSet): boolean | null;
}

const FORM = /^"?(?<name>.+?)"?(?<operator>=~|!~|!=|=)"(?<value>.*)"$/su;

/** A matcher as Alertmanager writes one of its own configuration: `team=~"a|b"`. Null for anything else. */
export function parseMatcher(text: string): Matcher | null {
  const { name, operator, value } = FORM.exec(text)?.groups ?? {};
  if (name === undefined || operator === undefined || value === undefined) return null;
  const wanted = value.replace(/\\(.)/gs, (_, character) => (character === 'n' ? '\n' : character));
  return { name, text, matches: testOf(name, operator, wanted) };
}

/** The older `match: {name: value}`. */
export function equalTo(name: string, value: string): Matcher {
  return { name, text: `${name}="${escaped(value)}"`, matches: testOf(name, '=', value) };
}

/** The older `match_re: {name: pattern}`, which is anchored in the key too. */
export function like(name: string, pattern: string): Matcher {
  const text = `${name}=~"${escaped(`^(?:${pattern})$`)}"`;
  return { name, text, matches: testOf(name, '=~', pattern) };
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function testOf(name: string, operator: string, value: string): Matcher['matches'] {
  const negative = operator.startsWith('!');
  // A label that is not there is one without a value.
  const given = (labels: LabelSet) => labels[name] ?? '';
  if (!operator.endsWith('~')) return (labels) => (given(labels) === value) !== negative;
  const pattern = anchored(value);
  return (labels) => (pattern === null ? null : pattern.test(given(labels)) !== negative);
}

/** RE2 writes `(?i)` for what is a flag here. */
function anchored(pattern: string): RegExp | null {
  const [, flags = '', bare = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? [];
  try {
    return new RegExp(`^(?:${bare})$`, `${flags}u`);
  } catch {
    return null;
  }
}
