import { digest } from '../../src/lib/digest.ts';
import type { World } from './world.ts';

/**
 * What every real namespace has besides: something else that is unhealthy, old events, a change that did nothing. By
 * the name of the case, so that it is the same each time. Nothing of it touches what the case is about.
 */
export function addNoise(world: World, name: string): void {
  const choices: ((world: World) => void)[] = [
    brokenPreview,
    oldEvents,
    harmlessRollout,
    completedJob,
    idleWorker,
  ];
  const bits = Number.parseInt(digest(['noise', name], 4), 16);
  choices.forEach((choose, index) => {
    if ((bits >> index) & 1) choose(world);
  });
}

/** A team's preview that has crashed for days, and that nobody needs. */
function brokenPreview(world: World): void {
  const app = world.deploy({ name: 'preview-banner', replicas: 1 });
  app.crash({
    exitCode: 1,
    restarts: 800,
    secondsAgo: 4 * 86_400,
    log: ['Error: FEATURE_PREVIEW is not set', '    at main (/app/index.js:12:9)'],
  });
}

function oldEvents(world: World): void {
  const [pod] = world.apps.find(({ name }) => /^(ad|ts-avatar)/.test(name))?.pods ?? [];
  if (!pod) return;
  world.event(pod, {
    type: 'Warning',
    reason: 'Unhealthy',
    message: 'Readiness probe failed: dial tcp: i/o timeout',
    count: 2,
    first: 3300,
    last: 3200,
  });
  world.event(pod, {
    reason: 'Pulled',
    message: 'Container image already present on machine',
    first: 3400,
  });
}

/** A release of something else, half an hour before. */
function harmlessRollout(world: World): void {
  const email = world.apps.find(({ name }) => /^(email|ts-news)/.test(name));
  email?.rollout(1_900, {
    container: { image: `registry.example/shop/${email.name}:1.0.1` },
  });
}

function completedJob(world: World): void {
  world.create(
    'batch/v1',
    'CronJob',
    { name: 'report' },
    {
      spec: {
        schedule: '0 * * * *',
        jobTemplate: {
          spec: {
            template: {
              spec: {
                containers: [{ name: 'report', image: 'registry.example/shop/report:3' }],
                restartPolicy: 'Never',
              },
            },
          },
        },
      },
      status: { lastScheduleTime: world.ago(2400), lastSuccessfulTime: world.ago(2350) },
    },
  );
}

/** A worker that runs at its request, as it always does. */
function idleWorker(world: World): void {
  const app = world.deploy({ name: 'thumbnails', replicas: 1 });
  app.logs([{ secondsAgo: 1500, text: 'level=warn msg="slow resize: 812 ms" image=4711' }]);
}
