/**
 * Every group and every alert has a name that occurs nowhere else, so that it is found in whatever a source, the
 * API or a thread makes of it: `chaos7-g12` is a group of seed 7, `chaos7-g12-a3` one of its alerts.
 */
export function groupName(seed: number, index: number): string {
  return `chaos${seed}-g${index}`;
}

export function alertId(group: string, index: number): string {
  return `${group}-a${index}`;
}

/** The alerts that a text names, each once. */
export function alertIdsIn(text: string): string[] {
  return [...new Set(text.match(/\bchaos\d+-g\d+-a\d+\b/g))];
}

/** The first group that a text names, by itself or with one of its alerts; null when there is none. */
export function groupNamedIn(text: string): string | null {
  return /\bchaos\d+-g\d+\b/.exec(text)?.[0] ?? null;
}
