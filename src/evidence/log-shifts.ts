import { LOG_LEVELS, type LogLevel } from './log-level.ts';
import type { LogTemplate, Sighting } from './log-templates.ts';

/** How often something is said, compared with an equal window before. */
export const SHIFTS = ['new', 'more', 'fewer', 'gone', 'same'] as const;
type Shift = (typeof SHIFTS)[number];

/** A template in a window and, when there is one to compare with, in the window before. */
export interface ShiftedTemplate {
  template: string;
  level: LogLevel | null;
  /** Null without a window to compare with. */
  shift: Shift | null;
  /** Whole lines; estimates when the lines were sampled. */
  count: number;
  before: number | null;
  /** In this window; of one that is gone, in the window before. */
  first: string;
  last: string;
  example: string;
}

/** A change has to be this many standard deviations of counts that vary by chance, and this many times. */
const DEVIATIONS = 3;
const TIMES = 1.5;

/** Templates of the windows `[before, now]`, the ones that explain an incident first: new errors lead. */
export function compareWindows(templates: readonly LogTemplate[]): ShiftedTemplate[] {
  return templates
    .flatMap(({ template, level, sightings: [before = null, now = null] }) => {
      const shift = shiftOf(before, now);
      return shiftedTemplate({ template, level, shift, before: countOf(before) }, now, before);
    })
    .sort(byInterest);
}

/** Templates of a single window, errors first. */
export function rankWindow(templates: readonly LogTemplate[]): ShiftedTemplate[] {
  return templates
    .flatMap(({ template, level, sightings: [now = null] }) =>
      shiftedTemplate({ template, level, shift: null, before: null }, now, null),
    )
    .sort(byInterest);
}

function shiftedTemplate(
  what: Pick<ShiftedTemplate, 'template' | 'level' | 'shift' | 'before'>,
  now: Sighting | null,
  before: Sighting | null,
): ShiftedTemplate[] {
  const seen = now ?? before;
  if (seen === null) return [];
  const { first, last, example } = seen;
  return [{ ...what, count: countOf(now), first, last, example }];
}

/** A sampled line that stands for many is at least one. */
function countOf(sighting: Sighting | null): number {
  return sighting === null ? 0 : Math.max(1, Math.round(sighting.count));
}

function shiftOf(before: Sighting | null, now: Sighting | null): Shift {
  if (before === null) return 'new';
  if (now === null) return 'gone';
  const less = Math.min(before.count, now.count);
  const more = Math.max(before.count, now.count);
  const byChance = more - less < DEVIATIONS * Math.sqrt(more + less);
  if (byChance || more < TIMES * less) return 'same';
  return now.count > before.count ? 'more' : 'fewer';
}

function byInterest(a: ShiftedTemplate, b: ShiftedTemplate): number {
  return interestOf(a) - interestOf(b) || rankOf(a.level) - rankOf(b.level) || b.count - a.count;
}

/** Less is more interesting. What is new or rises may be the cause; what is gone may be its effect. */
function interestOf({ shift, level }: ShiftedTemplate): number {
  const bad = level === 'fatal' || level === 'error';
  if (shift === 'new') return bad ? 0 : 2;
  if (shift === 'more') return bad ? 1 : 3;
  if (shift === 'gone') return 4;
  if (bad) return 5;
  return shift === 'fewer' ? 6 : 7;
}

function rankOf(level: LogLevel | null): number {
  return level === null ? LOG_LEVELS.length : LOG_LEVELS.indexOf(level);
}
