import { setImmediate } from 'node:timers/promises';
import { isHarmlessForm, type Redact } from '../evidence/redact.ts';
import { redactLines } from '../evidence/redact-lines.ts';
import { isSecretObject } from '../evidence/secret-names.ts';
import { stripInvisible } from '../lib/escape.ts';

/*
 * What a back end has answered, without its secrets and before any code of ours has seen it: what is cut, searched
 * or made a pattern of would no longer show what it was. An answer has megabytes that strangers have written, so
 * others get their turn while it is read.
 */

/** Characters that are redacted in one go: some tens of milliseconds at worst. */
const TURN = 65_536;

/** What cannot be seen goes first, since it could split a secret in two. */
export function arrivedText(text: string, redact: Redact): string {
  return redact(stripInvisible(text));
}

/** The lines of one log, in the order in which they were written. */
export async function arrivedLines(lines: readonly string[], redact: Redact): Promise<string[]> {
  const seen = lines.map((line) => stripInvisible(line.endsWith('\r') ? line.slice(0, -1) : line));
  const arrived: string[] = [];
  for await (const part of inTurns(seen)) {
    arrived.push(...redactLines(part, redact, seen[arrived.length - 1]));
  }
  return arrived;
}

/**
 * Parsed JSON with all of its texts redacted. Keys stay, and no text is taken for a secret because of its key:
 * whole texts are redacted by name when they leave. `asIs` are keys of what is not looked at.
 */
export async function arrivedJson(
  value: unknown,
  redact: Redact,
  asIs: readonly string[] = [],
): Promise<unknown> {
  const known = new Map<string, string>();
  for await (const part of inTurns(textsIn(value, asIs))) {
    for (const text of part) known.set(text, arrivedText(text, redact));
  }
  return withTexts(value);

  function withTexts(part: unknown): unknown {
    if (typeof part === 'string') return known.get(part) ?? part;
    if (Array.isArray(part)) return part.map(withTexts);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => [
        key,
        asIs.includes(key) ? inner : withTexts(inner),
      ]),
    );
  }
}

/** The texts that may hold a secret, each once: objects of a list have most in common. */
function textsIn(value: unknown, asIs: readonly string[]): Set<string> {
  const texts = new Set<string>();
  collect(value);
  return texts;

  function collect(part: unknown): void {
    if (typeof part === 'string') {
      if (!isHarmlessForm(part)) texts.add(part);
    } else if (Array.isArray(part)) {
      for (const inner of part) collect(inner);
    } else if (typeof part === 'object' && part !== null) {
      for (const [key, inner] of Object.entries(part)) if (!asIs.includes(key)) collect(inner);
    }
  }
}

/** Labels of a stream or of a line, of which the names are known to say what they hold. */
export function arrivedLabels(
  labels: Readonly<Record<string, string>>,
  redact: Redact,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, arrivedLabel(name, value, redact)]),
  );
}

export function arrivedLabel(name: string, value: string, redact: Redact): string {
  const text = stripInvisible(value);
  return isSecretObject(name, text) ? redact(text) : redact(text, name);
}

/** The texts in parts of about {@link TURN} characters, between which the event loop goes round. */
async function* inTurns(texts: Iterable<string>): AsyncGenerator<string[]> {
  let part: string[] = [];
  let size = 0;
  for (const text of texts) {
    part.push(text);
    size += text.length + 1;
    if (size < TURN) continue;
    yield part;
    part = [];
    size = 0;
    await setImmediate();
  }
  yield part;
}
