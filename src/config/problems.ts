import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';

/** One thing that is wrong: which key, what it holds (never a secret), what it would accept. */
export interface Problem {
  key: string;
  got: string;
  accepts: string;
}

/** Everything that is wrong with the configuration, at once, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super([`The configuration has ${count}:`, ...problems.map(lineOf)].join('\n'));
    this.problems = problems;
  }
}

function lineOf({ key, got, accepts }: Problem): string {
  return `  ${key}: got ${got}; accepts ${accepts}`;
}

/** Collects problems. What follows from one that a key, or a key inside it, already has would be noise. */
export class Problems {
  readonly #byKey = new Map<string, Problem>();

  add(key: string, got: string, accepts: string): void {
    const known = [...this.#byKey.keys()].some(
      (other) => other === key || other.startsWith(`${key}.`),
    );
    if (!known) this.#byKey.set(key, { key, got, accepts });
  }

  /** @throws ConfigError when there is any. */
  throwIfAny(): void {
    if (this.#byKey.size > 0) throw new ConfigError([...this.#byKey.values()]);
  }
}

/**
 * The value if the schema takes it. Otherwise undefined, with one problem for each issue: by the convention
 * of fields.ts an issue's message is what the field accepts, and for a section with unknown keys it is the
 * known ones, comma-separated. `got` says what is at a path, in words that hide secrets.
 */
export function parseInto<S extends z.ZodType>(
  problems: Problems,
  schema: S,
  value: unknown,
  key: string,
  got: (path: readonly PropertyKey[]) => string,
): z.output<S> | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const at = keyOf(key, issue.path);
    if (issue.code === 'unrecognized_keys') {
      const known = issue.message.split(', ');
      for (const unknown of issue.keys) {
        problems.add(keyOf(at, [unknown]), 'an unknown key', nearest(unknown, known));
      }
    } else if (issue.code === 'invalid_key') {
      problems.add(at, 'that name', issue.message);
    } else {
      problems.add(at, got(issue.path), issue.message);
    }
  }
  return undefined;
}

/** `keyOf('environments', [0, 'loki', 'url'])` is `environments[0].loki.url`. */
export function keyOf(base: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((key, part) => {
    if (typeof part === 'number') return `${key}[${part}]`;
    return key === '' ? String(part) : `${key}.${String(part)}`;
  }, base);
}

function nearest(unknown: string, known: readonly string[]): string {
  const ranked = known.toSorted((a, b) => distance(unknown, a) - distance(unknown, b));
  return `${known.join(', ')} (nearest: ${ranked[0] ?? 'none'})`;
}

export const hidden = 'a value that is not shown';

/** A value in a few characters. Credentials inside a URL are left out. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a section';
  if (typeof value !== 'string') return String(value);
  const safe = value.replace(/\/\/[^/@\s]*@/g, '//[secret]@');
  return JSON.stringify(safe.length > 80 ? `${safe.slice(0, 80)}…` : safe);
}
