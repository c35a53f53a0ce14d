import { describe, expect, it } from 'vitest';
import { type RecentRun, withhold } from '../../src/investigation/admission.ts';

const limits = { investigationsPerHour: 10, usdPerHour: 5, usdPerAlertname: 2, usd: 1 };
const runs = (n: number, run: Partial<RecentRun> = {}): RecentRun[] =>
  Array.from({ length: n }, () => ({ alertname: 'Other', usd: 0.1, ...run }));

describe('the model of one more run', () => {
  it('is there below every limit', () => {
    expect(withhold([], 'X', limits)).toBeNull();
    expect(withhold(runs(9), 'X', limits)).toBeNull();
  });

  it('is withheld once so many began within the hour', () => {
    expect(withhold(runs(10), 'X', limits)).toEqual({
      limit: 'investigationsPerHour',
      detail: '10 of 10 began (limits.investigationsPerHour)',
    });
  });

  it('is withheld once the dollars of the hour are spent', () => {
    expect(withhold(runs(2, { usd: 2.5 }), 'X', limits)).toMatchObject({
      limit: 'usdPerHour',
      detail: '$5.00 of $5.00 (limits.usdPerHour)',
    });
  });

  it('is withheld from an alert name that spent its share, and from no other', () => {
    const spent = runs(2, { alertname: 'X', usd: 1 });
    expect(withhold(spent, 'X', limits)).toMatchObject({ limit: 'usdPerAlertname' });
    expect(withhold(spent, 'Y', limits)).toBeNull();
  });

  it('counts what runs with all that it may cost', () => {
    expect(withhold(runs(4, { usd: null }), 'X', limits)).toBeNull();
    expect(withhold(runs(5, { usd: null }), 'X', limits)).toMatchObject({ limit: 'usdPerHour' });
  });

  it('does not take alerts without a name for one alert', () => {
    expect(withhold(runs(3, { alertname: null, usd: 1 }), null, limits)).toBeNull();
  });
});
