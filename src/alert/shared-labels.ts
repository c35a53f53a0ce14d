import type { LabelSet } from './alert.ts';

/** What all of these have in common. */
export function sharedLabels([first = {}, ...others]: LabelSet[]): LabelSet {
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((set) => set[name] === value)),
  );
}
