import type { Report } from '../report/report.ts';

/** What a storm may cost: of all runs that a model takes part in, within an hour. */
export interface HourlyLimits {
  investigationsPerHour: number;
  usdPerHour: number;
  usdPerAlertname: number;
  /** Of one run: what one that is under way may still cost. */
  usd: number;
}

/** A run with a model that began within the hour. */
export interface RecentRun {
  alertname: string | null;
  /** What it cost; null while it is under way. */
  usd: number | null;
}

type Withheld = NonNullable<Report['stopped']>;

/**
 * The limit that keeps the model from the next run, or null. A run under way counts with all that it may cost, so a
 * limit in dollars can be passed by what one run costs at the most.
 */
export function withhold(
  recent: readonly RecentRun[],
  alertname: string | null,
  limits: HourlyLimits,
): Withheld | null {
  const { investigationsPerHour, usdPerHour, usdPerAlertname } = limits;
  const dollars = (runs: readonly RecentRun[]) =>
    runs.reduce((sum, { usd }) => sum + (usd ?? limits.usd), 0);
  if (recent.length >= investigationsPerHour) {
    const detail = `${recent.length} of ${investigationsPerHour} began (limits.investigationsPerHour)`;
    return { limit: 'investigationsPerHour', detail };
  }
  const spent = dollars(recent);
  if (spent >= usdPerHour) {
    const detail = `$${spent.toFixed(2)} of $${usdPerHour.toFixed(2)} (limits.usdPerHour)`;
    return { limit: 'usdPerHour', detail };
  }
  const spentOnAlert = dollars(recent.filter((run) => run.alertname === alertname));
  if (alertname !== null && spentOnAlert >= usdPerAlertname) {
    const detail = `$${spentOnAlert.toFixed(2)} of $${usdPerAlertname.toFixed(2)} on ${alertname} (limits.usdPerAlertname)`;
    return { limit: 'usdPerAlertname', detail };
  }
  return null;
}
