/** One import, export-from or dynamic import of a file. */
export interface Import {
  specifier: string;
  /** `import type` and `export type`: gone at run time. One with inline `type`s only is not: it is still loaded. */
  typeOnly: boolean;
}

const FROM =
  /^[ \t]*(?:import|export)\s+(type\s+(?!from\b))?[\w$*{}\s,]*?\bfrom\s*(['"])([^'"\n]+)\2/gm;
const FOR_EFFECT = /^[ \t]*import\s*(['"])([^'"\n]+)\1/gm;
const DYNAMIC = /\bimport\s*\(\s*(['"`])([^'"`$\n]+)\1\s*[,)]/g;
const ANY_DYNAMIC = /\bimport\s*\(/g;

/**
 * What a file imports. Not a parser: it relies on the formatter (a statement begins its line) and knows
 * comments only where they begin a line. What it takes for an import too much is a false alarm, never a gap.
 * @throws when an import is computed, since no rule could be checked then.
 */
export function importsOf(source: string): Import[] {
  const code = source.replace(/^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const from = [...code.matchAll(FROM)].map(([, type, , specifier = '']) => ({
    specifier,
    typeOnly: type !== undefined,
  }));
  const other = [...code.matchAll(FOR_EFFECT), ...code.matchAll(DYNAMIC)].map(
    ([, , specifier = '']) => ({ specifier, typeOnly: false }),
  );
  const computed = [...code.matchAll(ANY_DYNAMIC)].length - [...code.matchAll(DYNAMIC)].length;
  if (computed > 0) throw new Error('an import() whose argument is not a plain string');
  return [...from, ...other];
}
