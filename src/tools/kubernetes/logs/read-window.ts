import { toSecond } from '../../time-range.ts';
import type { LogLine, LogLines } from './log-lines.ts';

/** What the API knows of a part of a log: where it begins, or how many lines from its end; and how long it may be. */
export interface LogPart {
  sinceTime?: string;
  tailLines?: number;
  limitBytes: number;
}

export interface LogWindow {
  lines: LogLine[];
  /** Lines of the window before these were not read. */
  earlier: boolean;
  /** Lines of the window after these were not read: too much was written. */
  later: boolean;
}

const LIMIT_BYTES = 4 * 1024 * 1024;
/** Parts of a huge log that are read to get to the end of the window. */
const MAX_PARTS = 4;

/**
 * The last `wanted` lines that were written between `from` and `to` (milliseconds; null is the log's beginning).
 * The API knows no end, so what was written after the window has to be read to be left out: first the end of the
 * log is read, and only when the window ended before that, the log from the beginning of the window on.
 */
export async function readLogWindow(
  read: (part: LogPart) => Promise<LogLines>,
  { from, to }: { from: number | null; to: number },
  wanted: number,
): Promise<LogWindow> {
  const since = from === null ? {} : { sinceTime: toSecond(from) };
  const inWindow = ({ at }: LogLine) => {
    const ms = Date.parse(at);
    return ms <= to && (from === null || ms >= from);
  };
  let tailLines = wanted;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const part = await read({ ...since, tailLines, limitBytes: LIMIT_BYTES });
    const lines = part.lines.filter(inWindow);
    const whole = !part.cut && part.lines.length < tailLines;
    if (whole || (!part.cut && lines.length >= wanted)) {
      return {
        lines: lines.slice(-wanted),
        earlier: lines.length > wanted || !whole,
        later: false,
      };
    }
    if (part.cut || lines.length === 0) break;
    tailLines = wanted + part.lines.length - lines.length;
  }
  const found = await readForward(read, since.sinceTime, to);
  const lines = found.lines.filter(inWindow);
  return { ...found, lines: lines.slice(-wanted), earlier: found.earlier || lines.length > wanted };
}

/**
 * From `sinceTime` on until `to`. Where one part does not get there, the next begins, as fast as the log grew in
 * the one before, where half a part is left to the end of the window: the newest lines matter most.
 */
async function readForward(
  read: (part: LogPart) => Promise<LogLines>,
  sinceTime: string | undefined,
  to: number,
): Promise<LogWindow> {
  let since = sinceTime;
  let lines: LogLine[] = [];
  for (let parts = 1; ; parts += 1) {
    const bounds = since === undefined ? {} : { sinceTime: since };
    const part = await read({ ...bounds, limitBytes: LIMIT_BYTES });
    lines = part.lines;
    const [first, last] = [Date.parse(lines[0]?.at ?? ''), Date.parse(lines.at(-1)?.at ?? '')];
    const reached = !part.cut || last > to;
    if (reached || parts === MAX_PARTS || Number.isNaN(last)) {
      return { lines, earlier: parts > 1, later: !reached };
    }
    since = toSecond(Math.max(last, to - (last - first) / 2));
  }
}
