import { dirname, join } from 'node:path/posix';
import { type Import, importsOf } from './imports.ts';

/** Path (from the root of the repository, with `/`) to source. */
export type Sources = Readonly<Record<string, string>>;

interface Edge extends Import {
  /** The file for a relative import; null for a package. */
  target: string | null;
}

export interface SourceFile {
  path: string;
  source: string;
  edges: Edge[];
}

export type Graph = ReadonlyMap<string, SourceFile>;

export function graphOf(sources: Sources): Graph {
  return new Map(
    Object.entries(sources).map(([path, source]) => [
      path,
      { path, source, edges: edgesOf(path, source) },
    ]),
  );
}

function edgesOf(path: string, source: string): Edge[] {
  return importsOf(source).map((found) => ({
    ...found,
    target: found.specifier.startsWith('.') ? join(dirname(path), found.specifier) : null,
  }));
}

/** `bullmq`, `@slack/web-api`, `node:fs`: without what follows the package's name. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The file and all that is loaded with it. */
export function loadedWith(graph: Graph, path: string): SourceFile[] {
  const seen = new Map<string, SourceFile>();
  const open = [path];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const file = graph.get(next);
    if (file === undefined || seen.has(next)) continue;
    seen.set(next, file);
    for (const edge of file.edges) {
      if (edge.target !== null && !edge.typeOnly) open.push(edge.target);
    }
  }
  return [...seen.values()];
}
