import type { Redact } from '../evidence/redact.ts';
import { truncate } from '../lib/escape.ts';
import { JsonObject } from '../lib/json.ts';
import { sanitiseFields } from './sanitise.ts';

/** Characters of JSON, all arguments of a call together. The longest that any tool takes is a query of 10,000. */
const MAX_ARGUMENTS = 64_000;
/** Of one argument, and of all that the audit keeps. */
const MAX_AUDITED = 4_000;
/** Above this nothing of them is looked at for secrets, which costs far more than to count them. */
const MAX_REDACTED = 4 * MAX_AUDITED;

/** Why arguments are refused before any tool sees them, or null. */
export function whyTooLarge(args: Record<string, unknown>): string | null {
  return orTooDeep(() => {
    const size = sizeOf(args);
    return size <= MAX_ARGUMENTS
      ? null
      : `they have ${grouped(size)} characters of JSON, and may have ${grouped(MAX_ARGUMENTS)}`;
  }, 'they are nested too deeply');
}

/**
 * What the audit keeps of arguments: redacted, and the beginning of their JSON when that is long. A long argument
 * is left out as a whole, with its size told: to redact it costs more than to send it, and its beginning alone
 * might end within a secret that nothing recognises any more.
 */
export function auditedArguments(
  args: Record<string, unknown>,
  redact: Redact,
): JsonObject | string {
  return orTooDeep(() => {
    const short = Object.fromEntries(
      Object.entries(args).map(([name, value]) => {
        const size = sizeOf(value);
        return [name, size > MAX_AUDITED ? leftOut(size) : value];
      }),
    );
    const size = sizeOf(short);
    if (size > MAX_REDACTED) return leftOut(size);
    const redacted = sanitiseFields(short, redact);
    const json = JSON.stringify(redacted);
    return json.length > MAX_AUDITED ? truncate(json, MAX_AUDITED) : JsonObject.parse(redacted);
  }, '(nested too deeply)');
}

/** Whatever goes through values one within the other ends where the stack does. */
function orTooDeep<T>(work: () => T, tooDeep: string): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return tooDeep;
    throw error;
  }
}

/** Characters of its JSON. */
function sizeOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}

function leftOut(size: number): string {
  return `(${grouped(size)} characters)`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
