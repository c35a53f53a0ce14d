import { type LogLevel, levelNamed } from './log-level.ts';
import { readLogLine } from './log-line.ts';
import { maskVariables } from './log-mask.ts';
import { isFixed, isVariable, mergeTokens, similarityOf, WILD } from './log-tokens.ts';

/** One line of a log. */
export interface LogLine {
  /** RFC 3339, all of one set with the same number of digits, so that their order as text is that of time. */
  at: string;
  line: string;
  /** What the log system knows the level to be; the line is asked when it does not. */
  level?: string | undefined;
  /** How many lines a sampled one stands for; 1 when left out. */
  weight?: number | undefined;
}

/** The lines of one template in one window. */
export interface Sighting {
  /** The sum of the weights. */
  count: number;
  first: string;
  last: string;
  /** The first line, as it is. */
  example: string;
}

/** What a program says again and again, with `<*>` or a kind such as `<num>` where its lines differ. */
export interface LogTemplate {
  template: string;
  level: LogLevel | null;
  /** One for each window, in their order; null where it was not seen. */
  sightings: readonly (Sighting | null)[];
}

export interface MinedLogs {
  templates: LogTemplate[];
  /** For each window, how many lines have no template because a limit was met. */
  unmatched: number[];
}

export interface TemplateLimits {
  templates: number;
  /** What follows in a longer line is left out of its template. */
  tokens: number;
  /** UTF-16 units of a message that are looked at. */
  characters: number;
}

export const TEMPLATE_LIMITS: TemplateLimits = { templates: 1_000, tokens: 60, characters: 1_000 };

/** Templates with the same beginning that a line is compared with. */
const MAX_SIBLINGS = 64;
/** How many leading tokens are a way down the tree. */
const DEPTH = 3;
/** How many words one place may hold before another one there is taken for a variable. */
const MAX_WORDS = 100;
const SIMILARITY = 0.5;
/** So many templates that differ in one leading word are one template, and that word is a variable. */
const MANY = 5;

interface Cluster {
  level: LogLevel | null;
  tokens: readonly string[];
  sightings: (Sighting | null)[];
}

/** Templates by their level and length, then by their first words. */
interface Node {
  children: Map<string, Node>;
  clusters: Cluster[];
}

/**
 * The templates of the lines of one or more windows, in the order in which they were met: a program has the
 * same template in each. A tree of fixed depth, as in He, Zhu, Zheng, Lyu: "Drain: An Online Log Parsing
 * Approach with Fixed Depth Tree" (ICWS 2017), in which lines of one level and length that begin alike meet
 * in a leaf, and join the most similar template there. On top of it, variables of a known form are masked
 * first, and words that vary at the beginning are found afterwards. Deterministic, linear in the lines, and
 * bounded in memory.
 */
export function mineTemplates(
  windows: readonly (readonly LogLine[])[],
  limits: TemplateLimits = TEMPLATE_LIMITS,
): MinedLogs {
  const root = newNode();
  const clusters: Cluster[] = [];
  const unmatched = windows.map(() => 0);
  windows.forEach((lines, window) => {
    for (const line of lines) {
      const { level, tokens } = tokenize(line, limits);
      const cluster = clusterOf(level, tokens);
      if (cluster !== null) sight(cluster, window, line);
      else unmatched[window] = (unmatched[window] ?? 0) + weightOf(line);
    }
  });
  return { templates: foldLeadingWords(clusters).map(toTemplate), unmatched };

  function clusterOf(level: LogLevel | null, tokens: readonly string[]): Cluster | null {
    const full = clusters.length >= limits.templates;
    const leaf = leafOf(root, level, tokens, !full);
    if (leaf === null) return null;
    const nearest = mostSimilar(leaf.clusters, tokens);
    if (nearest !== null) {
      nearest.tokens = mergeTokens(nearest.tokens, tokens);
      return nearest;
    }
    if (full || leaf.clusters.length >= MAX_SIBLINGS) return null;
    const added = { level, tokens, sightings: windows.map(() => null) };
    leaf.clusters.push(added);
    clusters.push(added);
    return added;
  }
}

function tokenize({ line, level }: LogLine, limits: TemplateLimits) {
  const message = readLogLine(line);
  const masked = maskVariables(message.text.slice(0, limits.characters));
  const words = masked.split(/\s+/).filter((word) => word !== '');
  // A leading time is the one that the log system knows.
  const tokens = words[0] === '<time>' ? words.slice(1) : words;
  return {
    level: (level === undefined ? null : levelNamed(level)) ?? message.level,
    tokens: tokens.length > limits.tokens ? [...tokens.slice(0, limits.tokens), '…'] : tokens,
  };
}

function newNode(): Node {
  return { children: new Map(), clusters: [] };
}

/** Where lines that begin alike meet; null when no such line was met and the tree may not grow. */
function leafOf(
  root: Node,
  level: LogLevel | null,
  tokens: readonly string[],
  grow: boolean,
): Node | null {
  let node = child(root, `${level} ${tokens.length}`, grow);
  for (const token of tokens.slice(0, DEPTH)) {
    if (node === null) return null;
    const word = isVariable(token) ? WILD : token;
    const crowded = node.children.size >= MAX_WORDS && !node.children.has(word);
    node = child(node, crowded ? WILD : word, grow);
  }
  return node;
}

function child(node: Node, key: string, grow: boolean): Node | null {
  const known = node.children.get(key);
  if (known !== undefined || !grow) return known ?? null;
  const added = newNode();
  node.children.set(key, added);
  return added;
}

function mostSimilar(clusters: readonly Cluster[], tokens: readonly string[]): Cluster | null {
  let best: Cluster | null = null;
  let most = SIMILARITY;
  for (const cluster of clusters) {
    const similarity = similarityOf(cluster.tokens, tokens);
    if (similarity < most || (best !== null && similarity === most)) continue;
    best = cluster;
    most = similarity;
  }
  return best;
}

function weightOf({ weight }: LogLine): number {
  return weight ?? 1;
}

function sight(cluster: Cluster, window: number, line: LogLine): void {
  const { at, line: example } = line;
  const seen = { count: weightOf(line), first: at, last: at, example };
  cluster.sightings[window] = both(cluster.sightings[window] ?? null, seen);
}

function both(a: Sighting | null, b: Sighting | null): Sighting | null {
  if (a === null || b === null) return a ?? b;
  const earlier = a.first <= b.first ? a : b;
  const later = a.last >= b.last ? a : b;
  return {
    count: a.count + b.count,
    first: earlier.first,
    last: later.last,
    example: earlier.example,
  };
}

/**
 * The tree tells templates apart by their first words, also where such a word is the name of a user or of a
 * pod. Many templates that are the same but for one such word become one.
 */
function foldLeadingWords(clusters: readonly Cluster[]): Cluster[] {
  let folded = [...clusters];
  for (let place = 0; place < DEPTH; place += 1) {
    const alike = Map.groupBy(folded, ({ level, tokens }) =>
      JSON.stringify([level, tokens.map((token, index) => (index === place ? WILD : token))]),
    );
    folded = [...alike.values()].flatMap((group) =>
      group.length < MANY || !mayVary(group, place) ? group : [foldAll(group)],
    );
  }
  return folded;
}

/** A word is a variable when others around it say what the line is about. */
function mayVary(group: readonly Cluster[], place: number): boolean {
  return group.every(
    ({ tokens }) =>
      tokens.length > 2 &&
      !isFixed(tokens[place] ?? '') &&
      tokens.filter((token) => !token.includes('<')).length > tokens.length / 2,
  );
}

function foldAll(group: readonly Cluster[]): Cluster {
  return group.reduce((a, b) => ({
    level: a.level,
    tokens: mergeTokens(a.tokens, b.tokens),
    sightings: a.sightings.map((sighting, window) => both(sighting, b.sightings[window] ?? null)),
  }));
}

function toTemplate({ level, tokens, sightings }: Cluster): LogTemplate {
  return { template: tokens.join(' '), level, sightings };
}
