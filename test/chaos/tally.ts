import type { NightResult } from './night.ts';

/** Of the messages, those that may be there twice. */
const DOUBLED_SHARE = 0.001;
const SHOWN = 20;

/** What went wrong in a night, in lines, the worst first. */
export function describeNight(result: NightResult): string[] {
  const { lost, duplicateThreads, duplicateMessages, ownEnds, outage } = result;
  const times = [...result.played].map(([name, count]) => `  ${count} × ${name}`);
  return [
    ...['faults played:', ...times],
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

export interface Tally {
  line: string;
  /** Whether nothing was lost, no thread is there twice, and hardly a message. */
  kept: boolean;
}

/** All nights in one line. */
export function tallyOf(results: readonly NightResult[]): Tally {
  const sum = (of: (result: NightResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  const lost = sum((result) => result.lost.length);
  const threads = sum((result) => result.duplicateThreads.length);
  const doubled = sum((result) => result.duplicateMessages.length);
  const messages = sum((result) => result.messages);
  const faults = sum(({ played }) => [...played.values()].reduce((all, times) => all + times, 0));
  const slowest = Math.max(0, ...results.map(({ slowestResumeMs }) => slowestResumeMs));
  const outages = results.flatMap(({ outage }) => (outage === null ? [] : [outage]));
  const parts = [
    `${sum(({ alerts }) => alerts)} alerts in ${sum(({ deliveries }) => deliveries)} accepted deliveries`,
    `${lost} lost`,
    `${threads} duplicate threads`,
    `${doubled} of ${messages} messages doubled`,
    `${faults} faults`,
    `slowest crash to resumed ${inSeconds(slowest)}`,
    ...outages.map(
      ({ seconds, recoveredMs }) =>
        `Redis outage of ${seconds} s recovered in ${inSeconds(recoveredMs)}`,
    ),
  ];
  return {
    line: `chaos: ${parts.join(' · ')}`,
    kept: lost === 0 && threads === 0 && doubled <= messages * DOUBLED_SHARE,
  };
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
