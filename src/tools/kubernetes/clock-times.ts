import { instant } from './wording.ts';

/** The day that all instants are of, which then need not be said with each of them; null when there are several. */
export function commonDay(instants: readonly (string | null)[]): string | null {
  const days = new Set(instants.map((at) => instant(at).slice(0, 10)));
  const [day] = days;
  return days.size === 1 && day !== undefined ? day : null;
}

/** `03:11:45` on that day, else the whole instant. */
export function clockTime(at: string | null, day: string | null): string {
  return day === null ? instant(at) : instant(at).slice(11, 19);
}
