import { z } from 'zod';

/** One line that a container wrote. */
export interface LogLine {
  /** When the kubelet read it, in UTC to the millisecond. */
  at: string;
  text: string;
}

/** Lines in a row that say the same. */
export const LogRun = z.object({
  at: z.string(),
  /** Of the last of them. */
  lastAt: z.string(),
  text: z.string(),
  count: z.number(),
});
export type LogRun = z.infer<typeof LogRun>;

/** A part of the log of a container. */
export interface LogLines {
  lines: LogLine[];
  /** It was longer than was asked for; the line that it ended in is left out. */
  cut: boolean;
}

/**
 * Reads the kubelet's form with `timestamps=true`: an RFC 3339 instant, a blank, the line. `limitBytes` is what was
 * asked for at most.
 */
export function parseLog(log: string, limitBytes = Number.POSITIVE_INFINITY): LogLines {
  const lines = log.split('\n').flatMap((line) => {
    const [instant = ''] = line.split(' ', 1);
    const ms = Date.parse(instant);
    if (Number.isNaN(ms)) return [];
    return [{ at: new Date(ms).toISOString(), text: line.slice(instant.length + 1) }];
  });
  const cut = Buffer.byteLength(log) >= limitBytes;
  return { lines: cut ? lines.slice(0, -1) : lines, cut };
}

/** Most programs write the time at the beginning of a line as well. */
const OWN_TIME =
  /^\W?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\W?\s{0,4}/;

export function foldRepeats(lines: readonly LogLine[]): LogRun[] {
  const runs: LogRun[] = [];
  let said = '';
  for (const { at, text } of lines) {
    const says = text.replace(OWN_TIME, '');
    const last = runs.at(-1);
    if (last && says === said) {
      last.count += 1;
      last.lastAt = at;
    } else runs.push({ at, lastAt: at, text, count: 1 });
    said = says;
  }
  return runs;
}
