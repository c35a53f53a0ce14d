import { z } from 'zod';
import type { TimeWindow } from '../../alert/window.ts';
import { LOG_LEVELS } from '../../evidence/log-level.ts';
import { compareWindows, rankWindow, SHIFTS } from '../../evidence/log-shifts.ts';
import { type LogLine, mineTemplates } from '../../evidence/log-templates.ts';
import { truncate } from '../../lib/escape.ts';
import { resolveRange } from '../time-range.ts';
import type { Tool } from '../tool.ts';
import { LogQuery, limitedTo, Namespaces, Since } from './arguments.ts';
import type { LokiClient } from './client.ts';
import { nsRange } from './nanoseconds.ts';
import { preflight } from './preflight.ts';
import { renderPatterns } from './render-patterns.ts';
import { sampleLines } from './sample-lines.ts';

/** More are told only by how many they are. */
const MAX_PATTERNS = 200;
/** Of a template and of an example: a stack trace or a dump has said what it is by then. */
const MAX_CHARACTERS = 1_000;

const Input = z.strictObject({
  query: LogQuery.describe('LogQL that selects lines, such as {namespace="shop"}.'),
  since: Since,
  baseline: z
    .enum(['before', 'off'])
    .default('before')
    .describe('before compares with an equal time just before; off does not.'),
});

const Pattern = z.object({
  template: z.string(),
  level: z.enum(LOG_LEVELS).nullable(),
  shift: z.enum(SHIFTS).nullable(),
  count: z.number(),
  before: z.number().nullable(),
  first: z.string(),
  last: z.string(),
  example: z.string(),
});

/** The lines that patterns were made of. */
const Lines = z.object({
  from: z.string(),
  to: z.string(),
  lines: z.number(),
  sampled: z.boolean(),
});
export type Lines = z.infer<typeof Lines>;

const Output = z.object({
  query: z.string(),
  window: Lines,
  /** Null when not compared. */
  baseline: Lines.nullable(),
  /** The ones that explain an incident first. */
  patterns: z.array(Pattern),
  /** Patterns, and lines of the window, that are not among them. */
  left_out: z.object({ patterns: z.number(), lines: z.number() }),
  namespaces: Namespaces,
});
export type Patterns = z.infer<typeof Output>;

export function logPatterns(client: LokiClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'log_patterns',
    title: 'Log patterns',
    description:
      'What logs say, as templates with counts, and what is new, gone, more or fewer than in the time just ' +
      'before. Ask this first of a workload; then search_logs for the lines of a pattern.',
    input: Input,
    output: Output,
    async run({ query, since, baseline }, { window, signal }) {
      const times = resolveRange('since', since, window);
      const earlier = baseline === 'before' ? justBefore(times) : null;
      const range = nsRange({ from: earlier?.from ?? times.from, to: times.to });
      await preflight(client, { query, range }, signal);
      const [before, now] = await Promise.all([
        earlier === null ? null : sampleLines(client, query, beforeRange(earlier), signal),
        sampleLines(client, query, nsRange(times), signal),
      ]);
      const structured = {
        query,
        window: { ...times, lines: now.total, sampled: now.sampled },
        baseline:
          earlier === null || before === null
            ? null
            : { ...earlier, lines: before.total, sampled: before.sampled },
        ...minePatterns(before?.lines ?? null, now.lines),
        ...limitedTo(client.namespaces),
      };
      return { text: renderPatterns(structured), structured };
    },
  };
}

function minePatterns(
  before: readonly LogLine[] | null,
  now: readonly LogLine[],
): Pick<Patterns, 'patterns' | 'left_out'> {
  const { templates, unmatched } = mineTemplates(before === null ? [now] : [before, now]);
  const ranked = before === null ? rankWindow(templates) : compareWindows(templates);
  const rest = ranked.slice(MAX_PATTERNS);
  const lines = rest.reduce((sum, { count }) => sum + count, unmatched.at(-1) ?? 0);
  return {
    patterns: ranked.slice(0, MAX_PATTERNS).map((pattern) => ({
      ...pattern,
      template: truncate(pattern.template, MAX_CHARACTERS),
      example: truncate(pattern.example, MAX_CHARACTERS),
    })),
    left_out: { patterns: rest.length, lines: Math.round(lines) },
  };
}

function justBefore({ from, to }: TimeWindow): TimeWindow {
  const start = Date.parse(from);
  return { from: new Date(start - (Date.parse(to) - start)).toISOString(), to: from };
}

/** A line of the moment between the two windows belongs to the later one. */
function beforeRange(window: TimeWindow) {
  const { startNs, endNs } = nsRange(window);
  return { startNs, endNs: endNs - 1n };
}
