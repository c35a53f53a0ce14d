import { distance } from 'fastest-levenshtein';

const MAX_CLOSEST = 3;
/** Of the length of a name, rounded: more edits than that make another name. Letters that changed places are two. */
const MAX_EDITS = 0.4;

/** The names that somebody may have meant, the nearest first: misspelt, or with a part too many or too few. */
export function closestNames(
  wanted: string,
  names: readonly string[],
  most: number = MAX_CLOSEST,
): string[] {
  const lower = wanted.toLowerCase();
  return names
    .map((name) => ({ name, edits: edits(lower, name.toLowerCase()) }))
    .filter(({ edits: count }) => count <= Math.round(MAX_EDITS * wanted.length))
    .sort((a, b) => a.edits - b.edits || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name);
}

/** A part less, or more, counts as one edit: `http_requests` is near to `http_requests_total`, a pod to its Deployment. */
function edits(wanted: string, name: string): number {
  const contained = name.startsWith(wanted) || name.endsWith(wanted) || wanted.startsWith(name);
  return contained ? Math.min(1, distance(wanted, name)) : distance(wanted, name);
}

export function didYouMean(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Did you mean ${names.join(', or ')}?`];
}
