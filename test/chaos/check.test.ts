import { describe, expect, it } from 'vitest';
import { check, type Seen, type SeenIncident, type SeenMessage } from './check.ts';
import { deadAlerts } from './look.ts';

const GROUP = 'chaos1-g0';
const incident: SeenIncident = {
  id: 'inc-a',
  group: GROUP,
  ids: [`${GROUP}-a0`, `${GROUP}-a1`],
  concluded: true,
};
const card: SeenMessage = { ts: '1', threadTs: null, group: GROUP, marker: 'm1', says: 'verdict' };
const details: SeenMessage = { ts: '2', threadTs: '1', group: null, marker: 'm2', says: 'details' };
const kept: Seen = {
  accepted: [{ ids: [`${GROUP}-a0`] }, { ids: [`${GROUP}-a0`, `${GROUP}-a1`] }],
  incidents: [incident],
  messages: [card, details],
  deadLetters: new Set(),
};
const nothing = { lost: [], duplicateThreads: [], duplicateMessages: [] };

describe('the check at the end of a night', () => {
  it('finds nothing when every delivery ended in one complete thread', () => {
    expect(check(kept)).toEqual(nothing);
  });

  it('names each accepted delivery with an alert that is in no incident', () => {
    const { lost } = check({ ...kept, incidents: [{ ...incident, ids: [`${GROUP}-a0`] }] });
    expect(lost).toEqual([`${GROUP}-a1 is in no incident`]);
  });

  it.each<[string, Partial<Seen>, string]>([
    ['an incident without a thread', { messages: [] }, 'inc-a has no thread'],
    [
      'an incident that is not concluded',
      { incidents: [{ ...incident, concluded: false }] },
      'inc-a is not concluded',
    ],
    [
      'a card that still says that it is being investigated',
      { messages: [{ ...card, says: 'other' }, details] },
      'the thread of inc-a says no verdict',
    ],
    [
      'a thread whose details are in another one',
      { messages: [card, { ...details, threadTs: '7' }] },
      'the thread of inc-a has no details',
    ],
  ])('counts both deliveries of %s as lost', (_what, change, reason) => {
    const { lost } = check({ ...kept, ...change });
    expect(lost).toEqual([`${GROUP}-a0: ${reason}`, `${GROUP}-a0: ${reason}`]);
  });

  it('does not count as lost what is listed as a dead letter', () => {
    const deadLetters = new Set([`${GROUP}-a0`, `${GROUP}-a1`]);
    expect(check({ ...kept, incidents: [], messages: [], deadLetters })).toEqual(nothing);
  });

  it('takes for listed what a dead letter names, and what is in the incident that one is about', () => {
    const letters = [
      { payload: { delivery: { alerts: [{ labels: { id: `${GROUP}-a7` } }] } } },
      { payload: { incidentId: 'inc-a' } },
      { payload: { incidentId: 'inc-gone' } },
      { payload: null },
    ];
    expect([...deadAlerts(letters, [incident])]).toEqual([`${GROUP}-a7`, ...incident.ids]);
  });

  it('counts a second thread of an incident, also one of which the program knows nothing', () => {
    const second = { ...card, ts: '3', marker: 'm3' };
    expect(check({ ...kept, messages: [card, details, second] }).duplicateThreads).toEqual([
      `inc-a of ${GROUP} has 2 threads`,
    ]);
  });

  it('counts an alert that is in two incidents', () => {
    const other = { ...incident, id: 'inc-b', ids: [`${GROUP}-a1`] };
    expect(check({ ...kept, incidents: [incident, other] }).duplicateThreads).toEqual([
      `${GROUP}-a1 is in inc-a and inc-b`,
    ]);
  });

  it('counts a message whose mark another one carries, and one without a mark', () => {
    const again = { ...details, ts: '3' };
    const bare = { ...details, ts: '4', marker: null };
    expect(check({ ...kept, messages: [card, details, again, bare] }).duplicateMessages).toEqual([
      '3 of null is there already',
      '4 of null carries no mark',
    ]);
  });
});
