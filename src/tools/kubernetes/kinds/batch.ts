import type { TimeWindow } from '../../../alert/window.ts';
import { formatAge } from '../../time-range.ts';
import { CronJob, Job } from '../objects/workload.ts';
import { age, instant } from '../wording.ts';
import { ageOf, badConditions, kindView, troubles } from './kind-view.ts';

export const jobView = kindView({
  schema: Job,
  columns: ['STATUS', 'COMPLETIONS', 'DURATION', 'AGE'],
  cells: (job, window) => [
    jobStatus(job),
    `${job.status.succeeded}/${job.spec.completions ?? job.spec.parallelism}`,
    duration(job, window),
    ageOf(job, window),
  ],
  health: (job) =>
    troubles([
      ...badConditions(
        job.status.conditions,
        ({ type, status }) => (type === 'Failed' || type === 'FailureTarget') && status === 'True',
      ),
      job.status.failed > 0 &&
        jobStatus(job) !== 'Complete' &&
        `${job.status.failed} pods failed, ${job.spec.backoffLimit} may`,
    ]),
  facts: ({ spec }) => ({
    parallelism: String(spec.parallelism),
    'backoff limit': String(spec.backoffLimit),
    deadline: spec.activeDeadlineSeconds ? `${spec.activeDeadlineSeconds}s` : '',
  }),
  conditions: ({ status }) => status.conditions,
  template: ({ spec }) => spec.template,
  // Runs of one CronJob differ in how long they took, which says nothing of those that went well.
  fold: (job) => jobStatus(job),
});

function jobStatus({ spec, status }: Job): string {
  const is = (wanted: string) =>
    status.conditions.some(({ type, status }) => type === wanted && status === 'True');
  if (is('Complete')) return 'Complete';
  if (is('Failed')) return 'Failed';
  if (spec.suspend) return 'Suspended';
  return is('FailureTarget') ? 'FailureTarget' : 'Running';
}

function duration({ status }: Job, window: TimeWindow): string {
  const from = Date.parse(status.startTime ?? '');
  if (Number.isNaN(from)) return '<none>';
  const failure = status.conditions.find(
    ({ type, status }) => type === 'Failed' && status === 'True',
  );
  const to = status.completionTime ?? failure?.lastTransitionTime ?? window.to;
  return formatAge(Date.parse(to) - from);
}

export const cronJobView = kindView({
  schema: CronJob,
  columns: ['SCHEDULE', 'TIMEZONE', 'SUSPEND', 'ACTIVE', 'LAST SCHEDULE', 'AGE'],
  cells(cronJob, window) {
    const { spec, status } = cronJob;
    return [
      spec.schedule,
      spec.timeZone ?? '<none>',
      spec.suspend ? 'True' : 'False',
      String(status.active.length),
      status.lastScheduleTime ? age(status.lastScheduleTime, window) : '<none>',
      ageOf(cronJob, window),
    ];
  },
  health({ spec, status }) {
    const health = troubles([unsuccessful(status)]);
    // Somebody wanted it so.
    return spec.suspend
      ? { ...health, details: ['suspended: no run is started', ...health.details] }
      : health;
  },
  facts: ({ spec, status }) => ({
    concurrency: spec.concurrencyPolicy,
    active: status.active.map(({ name }) => name).join(', '),
    'last success': status.lastSuccessfulTime ? instant(status.lastSuccessfulTime) : 'none',
  }),
  template: ({ spec }) => spec.jobTemplate.spec.template,
});

function unsuccessful(status: CronJob['status']): string | null {
  const { lastScheduleTime, lastSuccessfulTime, active } = status;
  if (!lastScheduleTime || active.length > 0) return null;
  if (Date.parse(lastSuccessfulTime ?? '') >= Date.parse(lastScheduleTime)) return null;
  const success = lastSuccessfulTime ? `at ${instant(lastSuccessfulTime)}` : 'never seen';
  return `the run of ${instant(lastScheduleTime)} has not succeeded; last success ${success}`;
}
