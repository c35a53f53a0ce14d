import type { Delivery } from '../alert/alert.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import { type JobContext, RetryLater } from '../queue/queue.ts';
import type { PagerDutyClient } from './client.ts';
import { withAlerts } from './incident-alerts.ts';
import { PagerDutyFailure } from './request.ts';

export interface CompleteDeps {
  /** Null without PAGERDUTY_API_TOKEN. */
  client: PagerDutyClient | null;
  clock: Clock;
  log: Logger;
}

/**
 * How often a job is begun before its incident is taken for what the event said: the queue waits 15 to 31 s in
 * between. Nobody should wait longer for a thread because its labels are late.
 */
const MAX_TRIES = 6;
const LONGEST_WAIT_MS = 10_000;
/** After a failure nobody asks for so long: a PagerDuty that hangs must not hold up what others deliver. */
const PAUSE_MS = 5_000;

/**
 * Puts in what a delivery of PagerDuty lacks. It never fails for good: what PagerDuty refuses, or does not say
 * in time, becomes a gap of the delivery.
 * @throws PagerDutyFailure or RetryLater while another try may do better; the signal's reason when aborted.
 */
export function createComplete({
  client,
  clock,
  log,
}: CompleteDeps): (
  delivery: Delivery,
  context: Pick<JobContext, 'signal' | 'attempt'>,
) => Promise<Delivery> {
  let pause: { until: number; failure: PagerDutyFailure } | null = null;
  return async ({ lacks, ...delivery }, { signal, attempt }) => {
    if (lacks === undefined) return delivery;
    if (client === null) return withGap(delivery, 'PAGERDUTY_API_TOKEN is not set');
    try {
      if (pause !== null && clock.now().getTime() < pause.until) throw pause.failure;
      const { alerts, complete } = await client.alertsOf(delivery.groupKey, signal);
      const completed = withAlerts(delivery, alerts);
      return complete ? completed : withGap(completed, `only the first ${alerts.length} were read`);
    } catch (error) {
      if (!(error instanceof PagerDutyFailure)) throw error;
      if (error.retry && error !== pause?.failure) {
        pause = { until: clock.now().getTime() + PAUSE_MS, failure: error };
      }
      if (error.retry && attempt < MAX_TRIES) throw laterOf(error);
      log.warn({ delivery: delivery.id, reason: error.message }, 'alerts of an incident not read');
      return withGap(delivery, error.message);
    }
  };
}

function laterOf(failure: PagerDutyFailure): Error {
  const { message, retryAfterMs } = failure;
  return retryAfterMs === null
    ? failure
    : new RetryLater(message, Math.min(retryAfterMs, LONGEST_WAIT_MS));
}

function withGap(delivery: Delivery, reason: string): Delivery {
  const gap = `The alerts behind incident ${delivery.groupKey} of PagerDuty are not known: ${reason}.`;
  return { ...delivery, gaps: [gap] };
}
