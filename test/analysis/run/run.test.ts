import { describe, expect, it } from 'vitest';
import { run } from '../../../src/analysis/analysers/run/index.ts';
import { situationAfter, told } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

type Row = readonly [what: string, arrange: (world: World) => void, told: string];

const HTTP = { path: '/', port: 7070, scheme: 'HTTP' };
const EVERY = { periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };

const TOLD: readonly Row[] = [
  [
    'a kill at the memory limit',
    (world) => world.app('cart').crash({ exitCode: 137, reason: 'OOMKilled' }),
    'oom-killed Deployment cart',
  ],
  [
    'a heap that is too small',
    (world) =>
      world.app('cart').crash({
        exitCode: 1,
        log: ['Exception in thread "main" java.lang.OutOfMemoryError: GC overhead limit exceeded'],
      }),
    'oom-killed Deployment cart',
  ],
  [
    'a readiness probe at a port that is not declared',
    (world) =>
      world
        .app('cart')
        .patchContainer({ readinessProbe: { tcpSocket: { port: 7071 }, ...EVERY } })
        .unready({}),
    'probe-misconfigured Deployment cart',
  ],
  [
    'a readiness probe that begins an hour late',
    (world) =>
      world
        .app('cart')
        .rollout(900, {
          container: {
            readinessProbe: { tcpSocket: { port: 7070 }, initialDelaySeconds: 3600, ...EVERY },
          },
        })
        .runningSince(890)
        .unready({ secondsAgo: 890 }),
    'probe-misconfigured Deployment cart',
  ],
  [
    'a probe whose path is not there',
    (world) =>
      world
        .app('cart')
        .patchContainer({ readinessProbe: { tcpSocket: null, httpGet: HTTP, ...EVERY } })
        .unready({ event: 'Readiness probe failed: HTTP probe failed with statuscode: 404' }),
    'probe-misconfigured Deployment cart',
  ],
  [
    'HTTP that is answered by something else',
    (world) =>
      world.app('cart').unready({
        event:
          'Readiness probe failed: Get "http://10.244.1.2:7070/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04"',
      }),
    'probe-misconfigured Deployment cart',
  ],
  [
    'a segmentation fault',
    (world) => world.app('cart').crash({ exitCode: 139 }),
    'application-crash Deployment cart',
  ],
  [
    'an evicted pod of a node without memory',
    (world) => {
      const pod = world.app('cart').pod;
      Object.assign(pod, {
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message:
            'The node was low on resource: memory. Threshold quantity: 100Mi, available: 68Mi. Container cart was using 900Mi, request is 64Mi.',
          startTime: world.ago(900),
        },
      });
    },
    'node-oom Node node-a',
  ],
  [
    'a workload without replicas',
    (world) => {
      world.patch('Deployment', 'cart', {
        spec: { replicas: 0 },
        status: { replicas: 0, readyReplicas: 0 },
      });
      world.app('cart').losePods(2);
    },
    'scaled-to-zero Deployment cart',
  ],
];

const QUIET: readonly (readonly [what: string, arrange: (world: World) => void])[] = [
  ['a shop that is well', () => {}],
  [
    'a probe at an undeclared port that succeeds',
    (world) =>
      world.app('cart').patchContainer({ livenessProbe: { tcpSocket: { port: 9090 }, ...EVERY } }),
  ],
  [
    'a probe that failed while the process started, and succeeds since',
    (world) =>
      world.event(world.app('cart').pod, {
        type: 'Warning',
        reason: 'Unhealthy',
        message: 'Readiness probe failed: dial tcp 10.244.1.2:7070: connect: connection refused',
        count: 2,
        first: 3000,
        last: 2990,
      }),
  ],
  [
    'a readiness probe that finds the server to be unwell',
    (world) =>
      world
        .app('cart')
        .unready({ event: 'Readiness probe failed: HTTP probe failed with statuscode: 503' }),
  ],
  [
    'a kill of days ago',
    (world) => {
      for (const pod of world.app('cart').pods) {
        const status = { ...(pod.status ?? {}) };
        Object.assign(pod, {
          status: {
            ...status,
            containerStatuses: [
              {
                name: 'cart',
                ready: true,
                restartCount: 1,
                state: { running: { startedAt: world.ago(90_000) } },
                lastState: {
                  terminated: {
                    exitCode: 137,
                    reason: 'OOMKilled',
                    finishedAt: world.ago(90_010),
                    startedAt: world.ago(99_000),
                  },
                },
              },
            ],
          },
        });
      }
    },
  ],
  [
    'a workload that KEDA has scaled to none',
    (world) => {
      world.deploy({ name: 'thumbs', replicas: 1 });
      world.patch('Deployment', 'thumbs', {
        spec: { replicas: 0 },
        status: { replicas: 0, readyReplicas: 0 },
        metadata: { labels: { 'scaledobject.keda.sh/name': 'thumbs' } },
      });
      world.app('thumbs').losePods(1);
    },
  ],
  [
    'an autoscaler that stands at its minimum, which is its maximum',
    (world) =>
      world.patch('HorizontalPodAutoscaler', 'frontend', {
        spec: { minReplicas: 3, maxReplicas: 3 },
      }),
  ],
  [
    'an autoscaler of a target that somebody scaled to none',
    (world) =>
      world.patch('HorizontalPodAutoscaler', 'frontend', {
        status: {
          conditions: [{ type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled' }],
        },
      }),
  ],
  [
    'a setting that a healthy workload mentions',
    (world) =>
      world
        .app('cart')
        .logs([{ secondsAgo: 100, text: 'warning: FEATURE_X is not set, using the default' }]),
  ],
  [
    'what a healthy workload has said from the start of the window',
    (world) =>
      world.app('cart').logs(
        Array.from({ length: 40 }, (_, index) => ({
          secondsAgo: 8_000 - index * 200,
          text: 'error: deadlock detected, retried',
        })),
      ),
  ],
  [
    'a clock that a healthy node complained of long before',
    (world) => world.app('cart').logs([{ secondsAgo: 3_900, text: 'error: clock skew of 2s' }]),
  ],
];

describe('what goes wrong with what runs', () => {
  it.each(TOLD)('is told: %s', async (_, arrange, expected) => {
    const found = told(run, await situationAfter((world) => void arrange(world)));
    expect(found[0]).toBe(expected);
  });

  it.each(QUIET)('is not what this is: %s', async (_, arrange) => {
    expect(told(run, await situationAfter((world) => void arrange(world)))).toEqual([]);
  });
});
