import { describe, expect, it } from 'vitest';
import type { Notice } from '../../src/incident/view.ts';
import { noticeLines } from '../../src/notify/notice-lines.ts';

const DAY = '2026-11-21T03:12:00Z';

function join(id: string, at: string, alerts: string[] = ['OOM firing']): Notice {
  const summary = alerts.map((alert) => `${alert} ×10`).join(', ');
  return { id, at: `2026-11-21T${at}Z`, kind: 'join', reason: 'new-alerts', summary, alerts };
}

const lines = (...notices: Notice[]) => noticeLines(notices, DAY);

describe('joins in a row', () => {
  it('are one line under the id of the first, however many there are', () => {
    const storm = Array.from({ length: 500 }, (_, index) => join(`d-${index}`, '03:12:20'));
    expect(lines(...storm)).toMatchObject([
      {
        id: 'd-0',
        label: 'More alerts joined at 03:12 UTC',
        summary: 'OOM firing (new alerts; the card counts them)',
      },
    ]);
  });

  it('say from when to when, and nothing that the next one of the same minute changes', () => {
    const before = lines(join('a', '03:12:20'), join('b', '03:14:05'));
    const after = lines(join('a', '03:12:20'), join('b', '03:14:05'), join('c', '03:14:50'));
    expect(before[0]?.label).toBe('More alerts joined from 03:12 UTC to 03:14 UTC');
    expect(after).toEqual(before);
  });

  it('name each alert once, those that come later too, and say when some are left out', () => {
    const names = (...alerts: string[]) =>
      lines(join('a', '03:12:20'), join('b', '03:12:30', alerts));
    expect(names('Latency firing')[0]?.summary).toMatch(/^OOM firing, Latency firing \(/);
    expect(names('B firing', 'C firing', 'D firing', 'E firing')[0]?.summary).toMatch(
      /^OOM firing, B firing, C firing, D firing, … \(/,
    );
  });

  it('are told by their summaries where nothing else was stored', () => {
    const old = { ...join('a', '03:12:20'), alerts: undefined };
    expect(lines(old, join('b', '03:12:30'))[0]?.summary).toMatch(/^OOM firing ×10, OOM firing \(/);
  });

  it('are a new line after five minutes', () => {
    const told = lines(join('a', '03:12:00'), join('b', '03:16:59'), join('c', '03:17:00'));
    expect(told.map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('are a new line after anything else', () => {
    const resolve: Notice = { ...join('r', '03:12:40'), kind: 'resolve', reason: 'all-resolved' };
    const told = lines(join('a', '03:12:20'), resolve, resolve, join('b', '03:12:50'));
    expect(told.map(({ label }) => label.split(' at ')[0])).toEqual([
      'More alerts joined',
      'Resolved',
      'Resolved',
      'More alerts joined',
    ]);
  });
});

it('a single join is told with its numbers', () => {
  expect(lines(join('a', '03:12:20'))[0]?.summary).toBe('OOM firing ×10 (new alerts)');
});
