import type { TimeWindow } from '../../alert/window.ts';
import { formatAge, toSecond } from '../time-range.ts';

const MAX_MESSAGE = 400;

export function instant(at: string | null | undefined): string {
  const ms = Date.parse(at ?? '');
  return Number.isNaN(ms) ? '<unknown>' : toSecond(ms);
}

/** How a kubelet ends its messages on a pod, which is named beside them anyway. */
const OWN_NAME = / (?:in pod |pod=)[a-z0-9.-]{1,253}_[a-z0-9-]{1,63}\([\w-]{1,64}\)/g;

/** A message of a component, without its line breaks and not longer than anybody reads. */
export function oneLine(text: string): string {
  const flat = text.replace(OWN_NAME, '').replace(/\s+/g, ' ').trim();
  return flat.length <= MAX_MESSAGE
    ? flat
    : `${flat.slice(0, MAX_MESSAGE)}… (${flat.length} characters)`;
}

/** How old at the end of the window. `+3m` came into being three minutes after it. */
export function age(at: string | null | undefined, window: TimeWindow): string {
  const ms = Date.parse(window.to) - Date.parse(at ?? '');
  if (Number.isNaN(ms)) return '<unknown>';
  return ms < 0 ? `+${formatAge(-ms)}` : formatAge(ms);
}

/** `app=checkout, tier=web`. */
export function pairs(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** The parts that say something, with `separator` between. */
export function joined(parts: readonly (string | null | undefined)[], separator: string): string {
  return parts.filter((part) => part).join(separator);
}
