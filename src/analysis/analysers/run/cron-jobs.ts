import type { CronJob } from '../../../tools/kubernetes/objects/workload.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isSame, nameOf, refOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';

/** As the CronJob controller names what keeps it from starting a run. */
const REFUSALS: Readonly<Record<string, string>> = {
  FailedNeedsStart: 'the controller cannot tell whether a run is due',
  TooManyMissedTimes: 'it has missed too many starts',
  MissSchedule: 'it missed its start',
  UnparseableSchedule: 'its schedule cannot be read',
  InvalidSchedule: 'its schedule cannot be read',
  UnknownTimeZone: 'its time zone is not known',
  FailedCreate: 'its Job cannot be made',
};
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** CronJobs that do not run when they should. */
export const cronJobMissed: Analyser = {
  looksFor: 'CronJobs that miss their runs',
  analyse: (situation) => situation.cluster.cronJobs.flatMap((it) => missed(it, situation)),
};

function missed(cronJob: CronJob, situation: Situation): Finding[] {
  const object = refOf('CronJob', cronJob.metadata);
  const cause =
    refusal(cronJob, situation) ?? suspension(cronJob, situation) ?? lateness(cronJob, situation);
  if (cause === null) return [];
  const { lastScheduleTime } = cronJob.status;
  return [
    {
      failureMode: 'job-failed',
      object,
      severity: 'critical',
      statement: `${nameOf(object)} misses its runs: ${cause.what}.`,
      why: lastScheduleTime
        ? `Its last run was started at ${lastScheduleTime}.`
        : 'It has never been run.',
      citations: cause.citations,
      score: cause.score,
      explains: [],
      since: cause.since,
    },
  ];
}

type Cause = { what: string; score: number; since: string | null } & Pick<Finding, 'citations'>;

function refusal({ metadata }: CronJob, { cluster, quotes }: Situation): Cause | null {
  const event = cluster.events.find(
    ({ kind, name, namespace, reason }) =>
      kind === 'CronJob' &&
      name === metadata.name &&
      namespace === metadata.namespace &&
      Object.hasOwn(REFUSALS, reason),
  );
  const what = event && REFUSALS[event.reason];
  return event && what
    ? { what, score: 0.92, since: event.firstAt, citations: quotes.event(event) }
    : null;
}

/** Somebody wanted it so: it matters where the symptom is about it. */
function suspension({ metadata, spec }: CronJob, { quotes, targets }: Situation): Cause | null {
  if (!spec.suspend) return null;
  const object = refOf('CronJob', metadata);
  const isMeant = targets.some((target) => isSame(target, object));
  return {
    what: 'it is suspended',
    score: isMeant ? 0.93 : 0.45,
    since: null,
    citations: quotes.object(object, /suspended|SUSPEND True/),
  };
}

function lateness(
  { metadata, spec, status }: CronJob,
  { quotes, window }: Situation,
): Cause | null {
  const period = periodOf(spec.schedule);
  const last = Date.parse(status.lastScheduleTime ?? metadata.creationTimestamp ?? '');
  if (period === null || Number.isNaN(last)) return null;
  const late = Date.parse(window.to) - last;
  if (late < 2 * period + 5 * MINUTE_MS) return null;
  const runs = status.active.length > 0 && spec.concurrencyPolicy === 'Forbid';
  return {
    what: runs
      ? `its run ${status.active[0]?.name ?? ''} has not ended, and it allows only one`
      : 'nothing has been started for more than two of its periods',
    score: runs ? 0.88 : 0.75,
    since: new Date(last + period).toISOString(),
    citations: quotes.object(refOf('CronJob', metadata)),
  };
}

/** The longest time between two runs of the common schedules; null for what is rarer, or not so simple. */
function periodOf(schedule: string): number | null {
  if (schedule === '@hourly') return HOUR_MS;
  if (schedule === '@daily' || schedule === '@midnight') return 24 * HOUR_MS;
  const [minute = '', hour = '', ...days] = schedule.trim().split(/\s+/);
  if (days.length !== 3 || days.some((it) => it !== '*')) return null;
  const minutes = /^\*(?:\/(\d+))?$/.exec(minute);
  if (hour === '*' && minutes) return Number(minutes[1] ?? 1) * MINUTE_MS;
  if (hour === '*' && /^\d+$/.test(minute)) return HOUR_MS;
  const hours = /^\*\/(\d+)$/.exec(hour);
  if (hours && /^\d+$/.test(minute)) return Number(hours[1]) * HOUR_MS;
  return /^\d+$/.test(minute) && /^\d+$/.test(hour) ? 24 * HOUR_MS : null;
}
