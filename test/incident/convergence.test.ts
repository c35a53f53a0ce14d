import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, Delivery } from '../../src/alert/alert.ts';
import { alert, at, delivery, resolved } from './deliveries.ts';
import { play } from './play.ts';

/** What follows from the deliveries, in whatever order they are decided; see docs/lifecycle.md. */
function stateAfter(deliveries: Delivery[]) {
  const { incident, opened } = play(...deliveries);
  if (incident === null) return { opened };
  const { status, alerts, severity, startedAt, resolvedAt, clearedAt, cutAt } = incident;
  return { opened, status, alerts, severity, startedAt, resolvedAt, clearedAt, cutAt };
}

const SECOND = 14 * 60;
const instant = fc.integer({ min: 0, max: SECOND }).map((second) => at(0, second));

const anAlert: fc.Arbitrary<Alert> = fc
  .record({
    fingerprint: fc.constantFrom('a', 'b', 'c'),
    severity: fc.constantFrom('critical', 'warning', 'info'),
    start: fc.constantFrom(at(0), at(0, 15), at(4), at(8)),
    end: fc.option(fc.constantFrom(at(2), at(5), at(9))),
  })
  .map(({ fingerprint, severity, start, end }) => {
    const more = { startsAt: start, labels: { alertname: 'X', severity } };
    return end === null ? alert(fingerprint, more) : resolved(fingerprint, end, more);
  });

/** What the peers of a pair send of one episode: subsets, copies, resolutions and firings after them. */
const episode: fc.Arbitrary<Delivery[]> = fc
  .array(
    fc.record({
      receivedAt: instant,
      alerts: fc.uniqueArray(anAlert, { minLength: 1, selector: (item) => item.fingerprint }),
      truncatedAlerts: fc.constantFrom(0, 0, 0, 0, 2),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((items) =>
    items.map(({ receivedAt, alerts, truncatedAlerts }, n) =>
      delivery(receivedAt, alerts, { id: `delivery-${n}`, truncatedAlerts }),
    ),
  );

const decidedTwice = episode.chain((deliveries) =>
  fc.tuple(
    fc.constant(deliveries),
    fc.shuffledSubarray([...deliveries, ...deliveries], { minLength: deliveries.length * 2 }),
  ),
);

it('ends in the same state in whatever order the deliveries of an episode are decided, and how often', () => {
  fc.assert(
    fc.property(decidedTwice, ([asReceived, asDecided]) => {
      const state = stateAfter(asReceived);
      expect(stateAfter(asDecided)).toEqual(state);
      expect(state.opened).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2_000 },
  );
});

it('does not keep an incident open whose resolution was decided before its firing was', () => {
  const fires = delivery(at(1), [alert('a')]);
  const ends = delivery(at(6), [resolved('a', at(5))]);
  const { decisions, incident } = play(ends, fires);
  expect(decisions).toEqual(['ignore: resolved-before-seen', 'open: over-when-seen']);
  expect(incident).toMatchObject({ status: 'resolved', resolvedAt: at(5) });
});

it('opens an incident for what fires after a resolution of something that it never saw', () => {
  const before = delivery(at(1), [resolved('a', at(1))]);
  const fires = delivery(at(30), [alert('a', { startsAt: at(29) })]);
  expect(play(before, fires).incident).toMatchObject({ status: 'open', startedAt: at(29) });
});

it('takes an alert for over that the resolution of its whole group leaves out', () => {
  const { incident } = play(
    delivery(at(1), [alert('a'), alert('b')]),
    delivery(at(6), [resolved('a', at(5))]),
  );
  expect(incident).toMatchObject({ status: 'resolved', resolvedAt: at(6) });
});

it('stays open while alerts that were left out of a body may fire', () => {
  const cut = delivery(at(2), [resolved('a', at(2))], { truncatedAlerts: 3 });
  const { incident, decisions } = play(delivery(at(1), [alert('a')]), cut);
  expect(decisions.at(-1)).toBe('ignore: partly-resolved');
  expect(incident?.status).toBe('open');
});

it('does not end what began anew with the late resolution of what was before', () => {
  const { incident } = play(
    delivery(at(1), [alert('a')]),
    delivery(at(8), [alert('a', { startsAt: at(7) })]),
    delivery(at(9), [resolved('a', at(5))]),
  );
  expect(incident).toMatchObject({ status: 'open', alerts: { a: { startsAt: at(7) } } });
});

it('forgets what ended a day ago of a group that never ends, once there is more than a body holds', () => {
  const names = Array.from({ length: 5_000 }, (_, n) => `pod-${n}`);
  const rolled = delivery(at(6), [alert('a'), ...names.map((name) => resolved(name, at(5)))]);
  const day = 24 * 60;
  const [soon, later] = [day, day + 7].map((minute) => delivery(at(minute), [alert('a')]));
  const knownAfter = (...deliveries: (Delivery | undefined)[]) =>
    Object.keys(play(...deliveries.filter((item) => item !== undefined)).incident?.alerts ?? {});
  expect(knownAfter(rolled, soon)).toHaveLength(5_001);
  expect(knownAfter(rolled, soon, later)).toEqual(['a']);
  const fewer = { ...rolled, alerts: rolled.alerts.slice(0, 5_000) };
  expect(knownAfter(fewer, soon, later)).toHaveLength(5_000);
});

describe('with clocks that differ', () => {
  it('resolves what began, by the clock of its sender, after its resolution was received', () => {
    const startsAt = at(10);
    const fires = delivery(at(1), [alert('a', { startsAt })]);
    const ends = delivery(at(6), [resolved('a', at(15), { startsAt })]);
    expect(play(fires, ends).decisions).toEqual(['open: first-seen', 'resolve: all-resolved']);
    expect(play(ends, fires).incident).toMatchObject({ status: 'resolved', alerts: { a: {} } });
  });

  it.each([
    ['nothing', null],
    ['a time before time', '0001-01-01T00:00:00.000Z'],
  ])('resolves what its sender says to have ended, with %s for the end', (_what, endsAt) => {
    const startsAt = at(10);
    const ends = { ...resolved('a', at(6), { startsAt }), endsAt };
    const { incident } = play(delivery(at(1), [alert('a', { startsAt })]), delivery(at(6), [ends]));
    expect(incident?.status).toBe('resolved');
  });

  it('does not take an alert for over that began after its whole group had ended', () => {
    const fires = delivery(at(1), [alert('a')]);
    const ends = delivery(at(8), [resolved('a', at(5))]);
    const anew = delivery(at(7), [alert('b', { startsAt: at(6, 30) })]);
    expect(play(fires, ends, anew).decisions.at(-1)).toBe('reopen: back-soon-after-resolution');
    for (const order of [
      [fires, ends, anew],
      [fires, anew, ends],
    ]) {
      expect(play(...order).incident).toMatchObject({
        status: 'open',
        alerts: { a: { status: 'resolved' }, b: { status: 'firing' } },
      });
    }
  });
});
