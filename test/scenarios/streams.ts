import { digest } from '../../src/lib/digest.ts';
import type { FakeStream } from '../fakes/loki.ts';

export interface LogEntry {
  /** RFC 3339, with fractions. */
  at: string;
  line: string;
}

interface Source {
  namespace: string;
  app: string;
  pod: string;
  container?: string;
}

/** The log of one container, under the labels that a log collector gives it. */
export function stream(
  { namespace, app, pod, container = app }: Source,
  entries: LogEntry[],
): FakeStream {
  return {
    stream: { app, container, job: `${namespace}/${app}`, namespace, pod },
    values: entries.map(({ at, line }) => [`${BigInt(Date.parse(at)) * 1_000_000n}`, line]),
  };
}

/** `2026-11-18T02:38:17.250Z`: some seconds, with fractions, after an instant. */
export function moment(instant: string, seconds: number): string {
  return new Date(Date.parse(instant) + seconds * 1000).toISOString();
}

/** A line as pino prints it. */
export function jsonLine(
  at: string,
  level: 'debug' | 'info' | 'warn' | 'error',
  msg: string,
  more: Record<string, string | number | boolean> = {},
): LogEntry {
  return { at, line: JSON.stringify({ level, time: at, ...more, msg }) };
}

/** From 0 to 1, and always the same for the same words. */
export function chance(...words: string[]): number {
  return Number.parseInt(digest(words, 6), 16) / 0xffffff;
}

/** A line about every so many seconds between two instants: off the beat, as real ones are, but always alike. */
export function every(
  seconds: number,
  [from, to]: [string, string],
  lineAt: (at: string, index: number) => LogEntry,
): LogEntry[] {
  const entries: LogEntry[] = [];
  for (let index = 0; ; index += 1) {
    const luck = chance(from, String(seconds), String(index));
    const at = moment(from, (index + luck / 2) * seconds);
    if (Date.parse(at) >= Date.parse(to)) return entries;
    entries.push(lineAt(at, index));
  }
}
