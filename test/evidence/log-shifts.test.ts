import { describe, expect, it } from 'vitest';
import { compareWindows, rankWindow } from '../../src/evidence/log-shifts.ts';
import type { LogTemplate, Sighting } from '../../src/evidence/log-templates.ts';

function seen(count: number): Sighting | null {
  return count === 0 ? null : { count, first: 'a', last: 'b', example: 'c' };
}

function template(before: number, now: number, level: LogTemplate['level'] = null): LogTemplate {
  return { template: `${before} to ${now}`, level, sightings: [seen(before), seen(now)] };
}

describe('compareWindows', () => {
  it.each([
    [0, 1, 'new'],
    [1, 0, 'gone'],
    [10, 100, 'more'],
    [100, 10, 'fewer'],
    [1, 3, 'same'],
    [100, 120, 'same'],
    [10_000, 11_000, 'same'],
    [10_000, 16_000, 'more'],
  ])('calls %d lines before and %d now %s', (before, now, shift) => {
    expect(compareWindows([template(before, now)])).toMatchObject([{ shift, before, count: now }]);
  });

  it('ranks new errors first, then errors that grow, then what else is new or grows, then the rest', () => {
    const ranked = compareWindows([
      template(5, 5),
      template(100, 5),
      template(9, 0),
      template(5, 500),
      template(0, 7, 'info'),
      template(5, 5, 'error'),
      template(5, 500, 'error'),
      template(0, 1, 'error'),
      template(0, 2, 'error'),
      template(0, 1, 'fatal'),
    ]);
    expect(ranked.map(({ level, template: text }) => `${level} ${text}`)).toEqual([
      'fatal 0 to 1',
      'error 0 to 2',
      'error 0 to 1',
      'error 5 to 500',
      'info 0 to 7',
      'null 5 to 500',
      'null 9 to 0',
      'error 5 to 5',
      'null 100 to 5',
      'null 5 to 5',
    ]);
  });

  it('never rounds a sampled line to none', () => {
    expect(compareWindows([template(0, 0.2)])).toMatchObject([{ shift: 'new', count: 1 }]);
  });
});

describe('rankWindow', () => {
  it('has errors first, then the most lines', () => {
    const alone = (count: number, level: LogTemplate['level']): LogTemplate => ({
      template: `${count}`,
      level,
      sightings: [seen(count)],
    });
    expect(
      rankWindow([alone(3, null), alone(9, null), alone(1, 'error')]).map((it) => it.template),
    ).toEqual(['1', '9', '3']);
  });
});
