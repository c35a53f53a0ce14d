import { Instant } from '../alert/alert.ts';
import type { TimeWindow } from '../alert/window.ts';
import { ToolError } from './tool.ts';

const UNIT_MS = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

/** Milliseconds of a duration as Prometheus and Loki write it (`90s`, `1h30m`, `2d`); null when it is none. */
export function parseDuration(text: string): number | null {
  if (!/^(?:\d{1,9}(?:ms|[smhdw]))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdw])/g)) {
    total += Number(amount) * (UNIT_MS.get(unit ?? '') ?? 0);
  }
  return total > 0 ? total : null;
}

/**
 * The span of time that an argument asks for: a duration that counts back from the end of the window, or
 * a pair `FROM/TO` of RFC 3339 instants, or the whole window when there is no argument.
 *
 * @throws ToolError that names the argument and shows both forms, or says that it is too long.
 */
export function resolveRange(
  argument: string,
  text: string | undefined,
  window: TimeWindow,
): TimeWindow {
  if (text === undefined || text.trim() === '') return window;
  const to = Date.parse(window.to);
  const back = parseDuration(text.trim());
  if (back !== null) return bounded(argument, text, span(to - back, to));
  const [from, until, ...rest] = text.split('/').map((part) => Instant.safeParse(part.trim()));
  if (from?.success && until?.success && rest.length === 0) {
    const pair = span(Date.parse(from.data), Date.parse(until.data));
    if (pair.from < pair.to) return bounded(argument, text, pair);
    throw new ToolError(`${argument}: FROM must be before TO in "${text}".`);
  }
  throw new ToolError(
    `${argument}: "${text}" is not a time range. Use a duration that counts back from the end of the ` +
      `window, such as "30m" or "1h", or FROM/TO, such as "${window.from}/${window.to}".`,
  );
}

/** Nobody finds the cause of an incident in more, and a store that tries may fall over. */
const MAX_RANGE_DAYS = 92;

function bounded(argument: string, text: string, range: TimeWindow): TimeWindow {
  const days = (Date.parse(range.to) - Date.parse(range.from)) / 86_400_000;
  if (days <= MAX_RANGE_DAYS) return range;
  throw new ToolError(
    `${argument}: "${text}" is ${Math.ceil(days)} days; at most ${MAX_RANGE_DAYS} can be asked about at once.`,
  );
}

function span(fromMs: number, toMs: number): TimeWindow {
  return { from: toInstant(fromMs), to: toInstant(toMs) };
}

function toInstant(ms: number): string {
  // Years beyond four digits are valid dates, but no back end takes them.
  if (!(ms >= 0 && ms < 253_402_300_800_000)) {
    throw new ToolError('The time range is outside the years 1970 to 9999.');
  }
  return new Date(ms).toISOString();
}

/** `2026-11-21T03:12:00Z`: an instant without the milliseconds that nobody reads. */
export function toSecond(instant: string | number): string {
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A length of time as kubectl prints ages: at most two units, `5d3h`, `12m`, `45s`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 8 ? twoUnits(days, 'd', hours % 24, 'h') : `${days}d`;
}

function twoUnits(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`;
}
