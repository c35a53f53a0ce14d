import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/alert/alert.ts';
import { type Decision, DecisionReason } from '../../src/incident/incident.ts';
import { alert, at, delivery, resolved } from './deliveries.ts';
import { play } from './play.ts';

const fires = delivery(at(1), [alert('a')]);
const ends = delivery(at(6), [resolved('a', at(5))]);
const firesAnew = (minute: number) =>
  delivery(at(minute), [alert('a', { startsAt: at(minute - 1) })]);

/** For each reason deliveries of which the last one is decided with it. */
const EXAMPLES: Record<Decision['reason'], Delivery[]> = {
  'first-seen': [fires],
  'over-when-seen': [ends, fires],
  'resolved-before-seen': [ends],
  'new-episode': [fires, ends, firesAnew(30)],
  'earlier-episode': [fires, ends, firesAnew(30), delivery(at(5), [alert('a')])],
  copy: [fires, delivery(at(1, 15), [alert('a')], { externalUrl: 'http://peer:9093' })],
  'all-resolved': [fires, ends],
  'severity-rose': [fires, delivery(at(6), [alert('b', { labels: { severity: 'critical' } })])],
  'new-alerts': [fires, delivery(at(6), [alert('a'), alert('b')])],
  overtaken: [delivery(at(6), [alert('a')]), fires],
  'started-again': [fires, firesAnew(6)],
  'partly-resolved': [
    delivery(at(1), [alert('a'), alert('b')]),
    delivery(at(6), [alert('a'), resolved('b', at(5))]),
  ],
  repeated: [fires, delivery(at(6), [alert('a')])],
  'already-resolved': [fires, ends, delivery(at(11), [resolved('a', at(5))])],
  'overtaken-by-resolution': [fires, ends, delivery(at(6, 10), [alert('a')])],
  'back-soon-after-resolution': [fires, ends, firesAnew(16)],
  'fires-on-after-resolution': [fires, ends, delivery(at(16), [alert('a')])],
};

const page = readFileSync('docs/lifecycle.md', 'utf8');
const rows = [...page.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| `([a-z-]+)` \|$/gm)].map(
  ([, incident = '', when = '', decision = '', reason = '']) => ({
    incident,
    when,
    decision,
    reason: DecisionReason.parse(reason),
  }),
);

describe('the table of docs/lifecycle.md', () => {
  it('has a row for every reason, and no other', () => {
    expect(rows.map(({ reason }) => reason).sort()).toEqual([...DecisionReason.options].sort());
  });

  it.each(rows)('$incident incident, $when: $decision, $reason', (row) => {
    const example = EXAMPLES[row.reason];
    const before = play(...example.slice(0, -1)).incident;
    expect(play(...example).decisions.at(-1)).toBe(`${row.decision}: ${row.reason}`);
    if (row.incident !== 'any') expect(before?.status ?? 'none').toBe(row.incident);
  });
});
