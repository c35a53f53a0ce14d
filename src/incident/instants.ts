/*
 * Instants stay the text that they came as. Of two texts for one moment (`Z`, `+00:00`) the same one is always
 * chosen, so that what is chosen does not depend on their order.
 */

export function isBefore(instant: string, other: string): boolean {
  return Date.parse(instant) < Date.parse(other);
}

/** Null when there is none. */
export function latestOf(instants: readonly (string | null)[]): string | null {
  return inOrder(instants).at(-1) ?? null;
}

/** Null when there is none. */
export function earliestOf(instants: readonly (string | null)[]): string | null {
  return inOrder(instants)[0] ?? null;
}

function inOrder(instants: readonly (string | null)[]): string[] {
  return instants
    .filter((instant) => instant !== null)
    .sort((a, b) => Date.parse(a) - Date.parse(b) || (a < b ? -1 : 1));
}
