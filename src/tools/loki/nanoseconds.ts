import type { TimeWindow } from '../../alert/window.ts';

/** Nanoseconds since 1970, which no number holds. The start is included, the end is not. */
export interface NsRange {
  startNs: bigint;
  endNs: bigint;
}

/** The range of a window in which a line of its very last moment is included. */
export function nsRange({ from, to }: TimeWindow): NsRange {
  return { startNs: toNanoseconds(from), endNs: toNanoseconds(to) + 1n };
}

/** Of an RFC 3339 instant with up to nine digits of fraction; a `Date` keeps three of them. */
export function toNanoseconds(instant: string): bigint {
  const fraction = /\.(\d{1,9})/.exec(instant)?.[1] ?? '';
  const seconds = Date.parse(instant.replace(/\.\d+/, '')) / 1000;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** `2026-11-21T03:11:40.123456789Z`, exact to the last digit. */
export function formatNanoseconds(ns: bigint): string {
  const second = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const fraction = String(ns % 1_000_000_000n).padStart(9, '0');
  return `${second}.${fraction}Z`;
}
