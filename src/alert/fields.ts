import { z } from 'zod';

/*
 * The kinds of values that other systems' bodies are made of. Every issue's message is what was expected, as
 * it completes "<field>: expected …".
 */

/**
 * PostgreSQL's text and JSON columns refuse NUL and half of a surrogate pair: a body that holds one would
 * be accepted and then fail for ever.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

export const Text = z.string('text').transform(storable);

export const FilledText = Text.pipe(z.string().min(1, 'text that is not empty'));

/** What is only good to know: whatever else stands there counts as nothing. */
export const MaybeText = Text.nullish().catch(null);

/**
 * Stops at the first value that is not text: an issue for each of a million would exhaust the memory. No record of
 * zod's, which takes each key and each value through a schema of its own.
 */
export const Labels = z
  .custom<object>(isObject, 'an object of texts')
  .transform((labels, context) => {
    const texts: Record<string, string> = {};
    for (const [name, value] of Object.entries(labels)) {
      if (typeof value !== 'string') {
        context.addIssue({ code: 'custom', message: 'text', path: [name] });
        return z.NEVER;
      }
      texts[storable(name)] = storable(value);
    }
    return texts;
  });

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An `Instant`. */
export function time(accepts: string) {
  return z.iso.datetime({ offset: true, error: accepts });
}

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 0, 1);
const start = 'a time such as 2026-11-21T03:12:00Z, from 1970 to 9998';

/** When something began. Years beyond these cannot be moved by a time zone, or an hour, and still be written. */
export const StartTime = time(start).refine((at) => {
  const ms = Date.parse(at);
  return ms >= EARLIEST && ms < LATEST;
}, start);

/** {@link StartTime} where it is only good to know. */
export const MaybeStartTime = StartTime.nullish().catch(null);
