import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { Problems } from './problems.ts';
import { keyOf } from './problems.ts';
import type { Environ } from './settings.ts';

/** A configuration file as it was written, before `${NAME}` is replaced. */
export type Tree = Record<string, unknown>;

/** The parsed file. Undefined, with problems, when it cannot be read or is not YAML. */
export function readYaml(file: string, problems: Problems): Tree | undefined {
  const source = readText(file, problems);
  if (source === undefined) return undefined;
  const lines = new LineCounter();
  // Pretty errors would quote the lines around the mistake, which may hold a secret.
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    problems.add(`${file} line ${line}, column ${col}`, `a mistake: ${error.message}`, 'YAML');
  }
  if (document.errors.length > 0) return undefined;
  const tree = toTree(() => document.toJS());
  if (tree === undefined) problems.add(file, 'something else', 'a YAML mapping of settings');
  return tree;
}

function readText(file: string, problems: Problems): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    problems.add(file, `no readable file (${reason})`, 'the path of a YAML file');
    return undefined;
  }
}

/** An empty file is an empty mapping. `toJS` throws on aliases that would expand without end. */
function toTree(toJs: () => unknown): Tree | undefined {
  try {
    const value = toJs();
    if (value === null || value === undefined) return {};
    if (typeof value !== 'object' || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch {
    return undefined;
  }
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** A copy in which every `${NAME}` of a string is the variable's value. One that is not set is a problem. */
export function interpolate(
  value: unknown,
  env: Environ,
  problems: Problems,
  path: readonly PropertyKey[] = [],
): unknown {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, (reference, name: string) => {
      const found = env[name];
      if (found !== undefined && found !== '') return found.trim();
      problems.add(
        keyOf('', path),
        `${reference}, which is not set`,
        `a reference to a variable that is set: export ${name}`,
      );
      return reference;
    });
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => interpolate(item, env, problems, [...path, index]));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      interpolate(item, env, problems, [...path, key]),
    ]),
  );
}
