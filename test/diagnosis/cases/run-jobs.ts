import type { DiagnosisCase } from '../case.ts';
import type { Tree } from '../merge-patch.ts';
import type { World } from '../world.ts';

const TEMPLATE = {
  template: {
    metadata: { labels: { app: 'settlement' } },
    spec: {
      containers: [{ name: 'settlement', image: 'registry.example/shop/settlement:2.0' }],
      restartPolicy: 'Never',
    },
  },
};

function cronJob(world: World, spec: Tree, status: Tree): void {
  world.create(
    'batch/v1',
    'CronJob',
    { name: 'settlement' },
    {
      spec: {
        schedule: '*/15 * * * *',
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: TEMPLATE },
        ...spec,
      },
      status,
    },
  );
}

function failedJob(world: World, name: string, condition: Tree, owned: boolean): void {
  world.create(
    'batch/v1',
    'Job',
    {
      name,
      ...(owned
        ? {
            ownerReferences: [
              {
                apiVersion: 'batch/v1',
                kind: 'CronJob',
                name: 'settlement',
                uid: 'c1',
                controller: true,
              },
            ],
          }
        : {}),
    },
    {
      spec: { backoffLimit: 3, completions: 1, parallelism: 1, ...TEMPLATE },
      status: {
        failed: 4,
        startTime: world.ago(1900),
        conditions: [
          { type: 'Failed', status: 'True', lastTransitionTime: world.ago(900), ...condition },
        ],
      },
    },
  );
}

/** Jobs and their schedules, deadlocks. */
export const runJobs: DiagnosisCase[] = [
  {
    name: 'job-failed-as-often-as-it-may',
    family: 'run',
    alert: { name: 'KubeJobFailed', labels: { job_name: 'reindex' } },
    arrange(world) {
      failedJob(
        world,
        'reindex',
        { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' },
        false,
      );
    },
    expected: { causes: [{ failureMode: 'job-failed', object: 'Job/reindex' }] },
  },
  {
    name: 'job-of-a-cron-job-takes-too-long',
    family: 'run',
    alert: { name: 'KubeJobFailed', labels: { job_name: 'settlement-29310180' } },
    arrange(world) {
      cronJob(world, {}, { lastScheduleTime: world.ago(600), lastSuccessfulTime: world.ago(4000) });
      failedJob(
        world,
        'settlement-29310180',
        { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
        true,
      );
    },
    expected: { causes: [{ failureMode: 'job-failed', object: 'CronJob/settlement' }] },
  },
  {
    name: 'cron-job-suspended-and-forgotten',
    family: 'run',
    alert: { name: 'CronJobNotRun', labels: { cronjob: 'settlement' } },
    arrange(world) {
      cronJob(
        world,
        { suspend: true },
        { lastScheduleTime: world.ago(9000), lastSuccessfulTime: world.ago(8900) },
      );
    },
    expected: { causes: [{ failureMode: 'job-failed', object: 'CronJob/settlement' }] },
  },
  {
    name: 'cron-job-waits-for-its-last-run',
    family: 'run',
    alert: { name: 'CronJobNotRun', labels: { cronjob: 'settlement' } },
    arrange(world) {
      cronJob(
        world,
        {},
        {
          active: [{ name: 'settlement-29310180' }],
          lastScheduleTime: world.ago(6000),
          lastSuccessfulTime: world.ago(6900),
        },
      );
    },
    expected: { causes: [{ failureMode: 'job-failed', object: 'CronJob/settlement' }] },
  },
  {
    name: 'goroutines-wait-for-one-another',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'cart' } },
    arrange(world) {
      world.app('cart').crash({
        exitCode: 2,
        log: ['fatal error: all goroutines are asleep - deadlock!', 'goroutine 1 [chan receive]:'],
      });
    },
    expected: { causes: [{ failureMode: 'deadlock', object: 'Deployment/cart' }] },
  },
  {
    name: 'transactions-of-orders-deadlock',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'orders' } },
    arrange(world) {
      world.app('orders').logs(
        [50, 170, 260, 300].map((secondsAgo) => ({
          secondsAgo,
          text: 'ERROR: could not update order: ERROR: deadlock detected (SQLSTATE 40P01)',
        })),
      );
    },
    expected: {
      causes: [
        { failureMode: 'deadlock', object: 'Deployment/orders' },
        { failureMode: 'deadlock', object: 'StatefulSet/orders-db' },
      ],
    },
  },
];
