import { expect, it } from 'vitest';
import { shiftOf, shiftsOf } from '../../src/analysis/metric-shifts.ts';
import type { MetricSeries } from '../../src/analysis/metrics.ts';

const WINDOW = { from: '2026-10-05T02:00:00Z', to: '2026-10-05T03:10:00Z' };
const SINCE = '2026-10-05T03:00:00Z';
const END = Date.parse(WINDOW.to) / 1000;

/** A value a minute, by the minutes before the end; null for none. */
function series(
  id: MetricSeries['id'],
  valueAt: (minutesAgo: number) => number | null,
): MetricSeries {
  const points = Array.from({ length: 71 }, (_, index) => 70 - index).flatMap((ago) => {
    const value = valueAt(ago);
    return value === null ? [] : [[END - ago * 60, value] as const];
  });
  return { evidence: 'E1', id, query: '', labels: {}, subject: null, points };
}

const noise = (ago: number) => Math.sin(ago * 7) / 10;

it('finds a step, its levels and the minute in which it happened', () => {
  const shift = shiftOf(
    series('duration', (ago) => (ago > 16 ? 0.1 : 0.8)),
    SINCE,
    WINDOW,
  );
  expect(shift).toMatchObject({
    before: 0.1,
    after: 0.8,
    direction: 'up',
    since: '2026-10-05T02:54:00.000Z',
  });
});

it('dates a step by where it stays, not by a spike before it', () => {
  const shift = shiftOf(
    series('cpu', (ago) => (ago === 40 || ago <= 14 ? 2 : 0.5)),
    SINCE,
    WINDOW,
  );
  expect(shift?.since).toBe('2026-10-05T02:56:00.000Z');
});

it.each([
  ['noise', series('cpu', (ago) => 1 + noise(ago))],
  ['one spike after the onset', series('duration', (ago) => (ago === 5 ? 9 : 0.1))],
  ['a constant', series(null, () => 7)],
  ['less than anybody would call a change', series('errors', (ago) => (ago > 15 ? 0 : 0.004))],
  ['too few points before', series('cpu', (ago) => (ago > 28 ? null : ago > 12 ? 1 : 9))],
  ['nothing after', series('cpu', (ago) => (ago > 12 ? 1 : null))],
])('takes %s for no shift', (_, it) => {
  expect(shiftOf(it, SINCE, WINDOW)).toBeNull();
});

it('gives a shift from a level without any spread a finite score', () => {
  const shift = shiftOf(
    series(null, (ago) => (ago > 15 ? 0 : 3)),
    SINCE,
    WINDOW,
  );
  expect(shift?.score).toBeGreaterThan(0);
  expect(Number.isFinite(shift?.score)).toBe(true);
});

it('asks about the end of the window where no symptom tells a time', () => {
  const shift = shiftOf(
    series('cpu', (ago) => (ago > 14 ? 1 : 5)),
    null,
    WINDOW,
  );
  expect(shift).toMatchObject({ before: 1, after: 5 });
});

it('puts what moved most by its own measure first', () => {
  const small = series('cpu', (ago) => (ago > 15 ? 1 : 1.5) + noise(ago));
  const large = series('cpu', (ago) => (ago > 15 ? 1 : 9));
  expect(shiftsOf([small, large], SINCE, WINDOW)[0]?.series).toBe(large);
});
