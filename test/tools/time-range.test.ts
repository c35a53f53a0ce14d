import { describe, expect, it } from 'vitest';
import { formatAge, parseDuration, resolveRange } from '../../src/tools/time-range.ts';
import { ToolError } from '../../src/tools/tool.ts';
import { WINDOW } from './shop.ts';

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['500ms', 500],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 'h', '1.5h', '-1h', '1h ', '0s', '1y', `${'1h'.repeat(3)}x`])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );
});

describe('resolveRange', () => {
  it('is the whole window without an argument', () => {
    expect(resolveRange('since', undefined, WINDOW)).toEqual(WINDOW);
    expect(resolveRange('since', ' ', WINDOW)).toEqual(WINDOW);
  });

  it('counts a duration back from the end of the window, also beyond its start', () => {
    expect(resolveRange('since', '30m', WINDOW).from).toBe('2026-11-21T02:42:00.000Z');
    expect(resolveRange('since', '2d', WINDOW)).toEqual({
      from: '2026-11-19T03:12:00.000Z',
      to: WINDOW.to,
    });
  });

  it('takes a pair of instants with any offset', () => {
    expect(
      resolveRange('time_range', '2026-11-21T04:00:00+01:00/2026-11-21T03:30:00Z', WINDOW),
    ).toEqual({
      from: '2026-11-21T03:00:00.000Z',
      to: '2026-11-21T03:30:00.000Z',
    });
  });

  it.each([
    'yesterday',
    'now-1h',
    '2026-11-21T03:00:00Z',
    '2026-11-21/2026-11-22',
    '2026-11-21T03:00:00Z/2026-11-21T03:00:00Z',
    '2026-11-21T03:00:00Z/2026-11-21T04:00:00Z/2026-11-21T05:00:00Z',
    '999999999w',
  ])('refuses %j in words', (text) => {
    expect(() => resolveRange('time_range', text, WINDOW)).toThrow(ToolError);
  });

  it.each(['93d', '2300h', '2026-01-01T00:00:00Z/2026-11-21T00:00:00Z'])(
    'refuses %j as longer than anything that explains an incident',
    (text) => {
      expect(() => resolveRange('since', text, WINDOW)).toThrow(
        /^since: .* at most 92 can be asked/,
      );
    },
  );

  it('takes a quarter of a year', () => {
    expect(resolveRange('since', '92d', WINDOW).to).toBe(WINDOW.to);
  });

  it('names the argument and shows both forms', () => {
    expect(() => resolveRange('since', 'soon', WINDOW)).toThrow(/^since: "soon" .*"30m".*FROM\/TO/);
  });
});

describe('formatAge', () => {
  it.each([
    [-5, '0s'],
    [119_000, '119s'],
    [150_000, '2m30s'],
    [45 * 60_000, '45m'],
    [4 * 3_600_000 + 5 * 60_000, '4h5m'],
    [30 * 3_600_000, '30h'],
    [3 * 86_400_000 + 4 * 3_600_000, '3d4h'],
    [40 * 86_400_000, '40d'],
  ])('prints %d ms as kubectl does: %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});
