import type { NightResult } from './night.ts';
import { inSeconds } from './words.ts';

/** Of the messages, those that may be there twice. */
const DOUBLED_SHARE = 0.001;
const SHOWN = 20;

/** What went wrong in a night, in lines, the worst first. */
export function describeNight(result: NightResult): string[] {
  const { lost, duplicateThreads, duplicateMessages, ownEnds, unaccepted, outage } = result;
  return [
    ...listed('never accepted', unaccepted),
    ...listed('lost', lost),
    ...listed('duplicate thread', duplicateThreads),
    ...listed('duplicate message', duplicateMessages),
    ...listed('ended by itself', ownEnds),
    ...(outage === null
      ? []
      : [
          `Redis was away for ${outage.seconds} s: senders were told ` +
            [...outage.answers].map(([status, count]) => `${status} (${count} times)`).join(', '),
        ]),
  ];
}

function listed(what: string, lines: readonly string[]): string[] {
  const more = lines.length - SHOWN;
  return [
    ...lines.slice(0, SHOWN).map((line) => `${what}: ${line}`),
    ...(more > 0 ? [`${what}: and ${more} more`] : []),
  ];
}

/** How often each fault was played in all nights, the rarest last. */
export function describeFaults(results: readonly NightResult[]): string[] {
  const times = new Map<string, number>();
  for (const [name, count] of results.flatMap(({ played }) => [...played])) {
    times.set(name, (times.get(name) ?? 0) + count);
  }
  return [...times].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} × ${name}`);
}

export interface Tally {
  line: string;
  /** Whether all was taken, nothing was lost, no thread is there twice, and hardly a message. */
  kept: boolean;
}

/** All nights in one line. */
export function tallyOf(results: readonly NightResult[]): Tally {
  const sum = (of: (result: NightResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  const lost = sum((result) => result.lost.length);
  const unaccepted = sum((result) => result.unaccepted.length);
  const threads = sum((result) => result.duplicateThreads.length);
  const doubled = sum((result) => result.duplicateMessages.length);
  const messages = sum((result) => result.messages);
  const faults = sum(({ played }) => [...played.values()].reduce((all, times) => all + times, 0));
  const [slowest] = results
    .flatMap((result) => result.slowest ?? [])
    .sort((a, b) => b.resumedMs - a.resumedMs);
  const outages = results.flatMap(({ outage }) => (outage === null ? [] : [outage]));
  const parts = [
    `${sum(({ alerts }) => alerts)} alerts in ${sum(({ deliveries }) => deliveries)} accepted deliveries`,
    `${lost} lost`,
    `${threads} duplicate threads`,
    `${doubled} of ${messages} messages doubled`,
    `${faults} faults`,
    ...(slowest === undefined
      ? []
      : [
          `slowest crash to resumed ${inSeconds(slowest.resumedMs)}, ` +
            `of which the restart took ${inSeconds(slowest.restartMs)}`,
        ]),
    ...outages.map(
      ({ seconds, recoveredMs }) =>
        `Redis outage of ${seconds} s recovered in ${inSeconds(recoveredMs)}`,
    ),
  ];
  return {
    line: `chaos: ${parts.join(' · ')}`,
    kept: lost + unaccepted + threads === 0 && doubled <= messages * DOUBLED_SHARE,
  };
}
