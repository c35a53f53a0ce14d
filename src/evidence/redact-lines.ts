import type { Redact } from './redact.ts';
import { privateKeysIn } from './secret-pem.ts';

/**
 * The lines of one log, in the order in which they were written, without their secrets: one for each, so that
 * each keeps its time. They are read as one text, because a key may take many lines and a value may stand on the
 * line after its name. A line may itself have line ends. `before` is the line before them, if there is one.
 */
export function redactLines(lines: readonly string[], redact: Redact, before = ''): string[] {
  const all = [before, ...lines];
  const redacted = redact(withoutKeys(all.join('\n'), redact)).split('\n');
  let next = 0;
  const apart = all.map((line) => {
    const first = next;
    next += line.split('\n').length;
    return redacted.slice(first, next).join('\n');
  });
  return apart.slice(1);
}

/** Only keys are longer than a line. Each line of one says of which, so that the lines stay as many. */
function withoutKeys(text: string, redact: Redact): string {
  let out = '';
  let done = 0;
  for (const { from, to } of privateKeysIn(text)) {
    const key = text.slice(from, to);
    const placeholder = redact(key);
    out += text.slice(done, from) + key.replace(/[^\n]+/g, () => placeholder);
    done = to;
  }
  return out + text.slice(done);
}
