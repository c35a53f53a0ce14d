import { digest } from '../lib/digest.ts';
import type { LabelSet } from './alert.ts';

/** For alerts that came without one: what Alertmanager's own is too, a hash of the labels in order. */
export function fingerprintOf(labels: LabelSet): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return digest(sorted.flat(), 16);
}
