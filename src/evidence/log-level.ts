/** From the worst. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The names that loggers and syslog give to each level. */
const NAMES: Record<LogLevel, readonly string[]> = {
  fatal: ['fatal', 'panic', 'dpanic', 'critical', 'crit', 'emergency', 'emerg', 'alert'],
  error: ['error', 'err', 'severe'],
  warn: ['warning', 'warn', 'wrn'],
  info: ['info', 'inf', 'information', 'informational', 'notice'],
  debug: ['debug', 'dbg', 'trace', 'verbose', 'fine'],
};

const BY_NAME = new Map(LOG_LEVELS.flatMap((level) => NAMES[level].map((name) => [name, level])));

/** The level that the value of a `level` or `severity` field stands for; null when it is none. */
export function levelNamed(value: string | number): LogLevel | null {
  const number = Number(value);
  // pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
  if (number >= 10)
    return LOG_LEVELS[6 - Math.min(6, Math.max(2, Math.floor(number / 10)))] ?? null;
  return BY_NAME.get(String(value).toLowerCase()) ?? null;
}

/** Where a line of text tells its level: near its beginning. */
const HEAD = 200;
const KLOG = /^([IWEF])\d{4} \d\d:/;
const KLOG_LEVELS = new Map<string | undefined, LogLevel>([
  ['I', 'info'],
  ['W', 'warn'],
  ['E', 'error'],
  ['F', 'fatal'],
]);
const ANY = Object.values(NAMES).flat().join('|');
/** A level in capitals, in brackets, or before a colon; in the middle of a sentence it is only a word. */
const SPOKEN = new RegExp(`\\b(?:${ANY.toUpperCase()})\\b|\\[(?:${ANY})\\]|\\b(?:${ANY})(?=:)`);
/** What only a failure looks like: an exception, and a request that a web server answered with a 5xx. */
const FAILURE =
  /\b(?:[A-Z]\w*(?:Exception|Error)\b|Traceback \(most recent call last\)|panic: )|HTTP\/[\d.]{1,3}" 5\d\d\b/;

/** The level that a line of text tells; null when it tells none. */
export function levelIn(text: string): LogLevel | null {
  const head = text.slice(0, HEAD);
  const klog = KLOG.exec(head);
  if (klog !== null) return KLOG_LEVELS.get(klog[1]) ?? null;
  const spoken = SPOKEN.exec(head)?.[0].replace(/[[\]]/g, '');
  if (spoken !== undefined) return levelNamed(spoken);
  return FAILURE.test(head) ? 'error' : null;
}
