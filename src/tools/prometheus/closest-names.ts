import { distance } from 'fastest-levenshtein';

const MAX_CLOSEST = 3;
/** Of the length of a name: more edits than that make another name. */
const MAX_EDITS = 0.4;

/** The names that somebody may have meant, the nearest first: misspelt, or with a part too many or too few. */
export function closestNames(wanted: string, names: readonly string[]): string[] {
  const lower = wanted.toLowerCase();
  return names
    .map((name) => ({ name, edits: edits(lower, name.toLowerCase()) }))
    .filter(({ edits: count }) => count <= MAX_EDITS * wanted.length)
    .sort((a, b) => a.edits - b.edits || a.name.localeCompare(b.name))
    .slice(0, MAX_CLOSEST)
    .map(({ name }) => name);
}

/** One part less, or one more, counts as little: `http_requests` is near to `http_requests_total`. */
function edits(wanted: string, name: string): number {
  const contained = name.startsWith(wanted) || name.endsWith(wanted) || wanted.startsWith(name);
  return contained ? Math.min(2, distance(wanted, name)) : distance(wanted, name);
}

export function didYouMean(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Did you mean ${names.join(', or ')}?`];
}
