import { describe, expect, it } from 'vitest';
import { Pod } from '../../../src/tools/kubernetes/objects/pod.ts';
import { summarisePod } from '../../../src/tools/kubernetes/pod-status.ts';
import { OOM_POD, pod, running, WINDOW } from '../shop.ts';

function summary(spec: Record<string, unknown>, status: Record<string, unknown>, more = {}) {
  return summarisePod(Pod.parse(pod({ name: 'p', spec, status, ...more })), WINDOW);
}

const TWO = { containers: [{ name: 'app' }, { name: 'proxy' }] };
const waiting = (reason: string) => ({ waiting: { reason } });
const ended = (exitCode: number, more = {}) => ({ terminated: { exitCode, ...more } });
const broken = (state: object, name = 'app') =>
  running(name, { ready: false, started: false, state });
const init = (state: object, more = {}) => ({ name: 'init', restartCount: 2, state, ...more });

/** What `kubectl get pods` prints for such pods. */
const CASES: [string, Record<string, unknown>, Record<string, unknown>, string, string, number][] =
  [
    [
      'running',
      TWO,
      { containerStatuses: [running('app'), running('proxy')] },
      'Running',
      '2/2',
      0,
    ],
    [
      'not ready',
      {},
      { containerStatuses: [running('app', { ready: false })] },
      'Running',
      '0/1',
      0,
    ],
    [
      'crashing',
      {},
      { containerStatuses: [broken(waiting('CrashLoopBackOff'))] },
      'CrashLoopBackOff',
      '0/1',
      0,
    ],
    [
      'without image',
      {},
      { containerStatuses: [broken(waiting('ErrImagePull'))] },
      'ErrImagePull',
      '0/1',
      0,
    ],
    [
      'starting',
      {},
      { phase: 'Pending', containerStatuses: [broken(waiting('ContainerCreating'))] },
      'ContainerCreating',
      '0/1',
      0,
    ],
    [
      'killed',
      {},
      { containerStatuses: [broken(ended(137, { reason: 'OOMKilled' }))] },
      'OOMKilled',
      '0/1',
      0,
    ],
    ['ended by exit code', {}, { containerStatuses: [broken(ended(3))] }, 'ExitCode:3', '0/1', 0],
    [
      'ended by signal',
      {},
      { containerStatuses: [broken(ended(0, { signal: 9 }))] },
      'Signal:9',
      '0/1',
      0,
    ],
    [
      'completed',
      {},
      { phase: 'Succeeded', containerStatuses: [broken(ended(0, { reason: 'Completed' }))] },
      'Completed',
      '0/1',
      0,
    ],
    [
      'the first of two',
      TWO,
      {
        containerStatuses: [
          broken(waiting('CrashLoopBackOff')),
          broken(waiting('ErrImagePull'), 'proxy'),
        ],
      },
      'CrashLoopBackOff',
      '0/2',
      0,
    ],
    [
      'half completed, ready',
      TWO,
      { containerStatuses: [broken(ended(0, { reason: 'Completed' })), running('proxy')] },
      'Running',
      '1/2',
      0,
    ],
    [
      'half completed, not ready',
      TWO,
      {
        conditions: [],
        containerStatuses: [broken(ended(0, { reason: 'Completed' })), running('proxy')],
      },
      'NotReady',
      '1/2',
      0,
    ],
    ['unscheduled', {}, { phase: 'Pending', containerStatuses: [] }, 'Pending', '0/1', 0],
    [
      'gated',
      {},
      {
        phase: 'Pending',
        containerStatuses: [],
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
      },
      'SchedulingGated',
      '0/1',
      0,
    ],
    [
      'evicted',
      {},
      { phase: 'Failed', reason: 'Evicted', containerStatuses: [] },
      'Evicted',
      '0/1',
      0,
    ],
    [
      'initializing',
      { initContainers: [{ name: 'init' }] },
      { initContainerStatuses: [init(waiting('PodInitializing'))] },
      'Init:0/1',
      '0/1',
      2,
    ],
    [
      'crashing in init',
      { initContainers: [{ name: 'init' }] },
      { initContainerStatuses: [init(waiting('CrashLoopBackOff'))] },
      'Init:CrashLoopBackOff',
      '0/1',
      2,
    ],
    [
      'failed in init',
      { initContainers: [{ name: 'init' }] },
      { initContainerStatuses: [init(ended(1))] },
      'Init:ExitCode:1',
      '0/1',
      2,
    ],
    [
      'failed in init by name',
      { initContainers: [{ name: 'init' }] },
      { initContainerStatuses: [init(ended(1, { reason: 'Error' }))] },
      'Init:Error',
      '0/1',
      2,
    ],
    [
      'done with init',
      { initContainers: [{ name: 'init' }] },
      {
        initContainerStatuses: [init(ended(0, { reason: 'Completed' }))],
        containerStatuses: [running('app', { restartCount: 1 })],
      },
      'Running',
      '1/1',
      1,
    ],
    [
      'with a sidecar',
      { initContainers: [{ name: 'init', restartPolicy: 'Always' }] },
      { initContainerStatuses: [init({ running: {} }, { started: true, ready: true })] },
      'Running',
      '2/2',
      2,
    ],
    [
      'with an unready sidecar',
      { initContainers: [{ name: 'init', restartPolicy: 'Always' }] },
      { initContainerStatuses: [init({ running: {} }, { started: true, ready: false })] },
      'Running',
      '1/2',
      2,
    ],
  ];

describe('summarisePod', () => {
  it.each(CASES)(
    'prints a pod that is %s as kubectl does',
    (_what, spec, status, text, ready, restarts) => {
      expect(summary(spec, status)).toMatchObject({ status: text, ready, restarts });
    },
  );

  it('prints a pod that leaves as Terminating, unless it is over or its node is lost', () => {
    const leaving = { deletionTimestamp: '2026-11-21T03:12:30Z' };
    expect(summary({}, {}, leaving).status).toBe('Terminating');
    expect(summary({}, { reason: 'NodeLost' }, leaving).status).toBe('Unknown');
    expect(
      summary({}, { phase: 'Failed', reason: 'Error', containerStatuses: [] }, leaving).status,
    ).toBe('Error');
  });

  it.each([
    ['runs and is ready', {}, true],
    [
      'has completed',
      { phase: 'Succeeded', containerStatuses: [broken(ended(0, { reason: 'Completed' }))] },
      true,
    ],
    ['is not ready', { containerStatuses: [running('app', { ready: false })] }, false],
    [
      'failed',
      { phase: 'Failed', containerStatuses: [broken(ended(1, { reason: 'Error' }))] },
      false,
    ],
    [
      'is ready again after it was killed within the window',
      {
        containerStatuses: [
          running('app', {
            restartCount: 1,
            lastState: ended(137, { finishedAt: '2026-11-21T03:00:00Z' }),
          }),
        ],
      },
      false,
    ],
    [
      'was killed long before the window',
      {
        containerStatuses: [
          running('app', {
            restartCount: 1,
            lastState: ended(137, { finishedAt: '2026-11-19T03:00:00Z' }),
          }),
        ],
      },
      true,
    ],
    [
      'ended well within the window',
      {
        containerStatuses: [
          running('app', {
            restartCount: 1,
            lastState: ended(0, { finishedAt: '2026-11-21T03:00:00Z' }),
          }),
        ],
      },
      true,
    ],
  ])('judges the health of a pod that %s', (_what, status, healthy) => {
    expect(summary({}, status).healthy).toBe(healthy);
  });

  it('takes a pod that leaves for healthy until its grace period is over', () => {
    expect(summary({}, {}, { deletionTimestamp: '2026-11-21T03:12:30Z' }).healthy).toBe(true);
    expect(summary({}, {}, { deletionTimestamp: '2026-11-21T02:50:00Z' }).healthy).toBe(false);
  });

  it('names the Deployment in place of its ReplicaSet, and other owners as they are', () => {
    expect(summarisePod(Pod.parse(OOM_POD), WINDOW).owner).toEqual({
      kind: 'Deployment',
      name: 'checkout',
    });
    expect(summary({}, {}, { owner: { kind: 'ReplicaSet', name: 'bare' } }).owner).toEqual({
      kind: 'ReplicaSet',
      name: 'bare',
    });
    expect(summary({}, {}).owner).toBeNull();
  });

  it('bears a pod that has no status yet', () => {
    const { status: _, ...fresh } = pod({ name: 'p' });
    expect(summarisePod(Pod.parse(fresh), WINDOW)).toMatchObject({
      status: 'Unknown',
      ready: '0/1',
      healthy: false,
    });
  });
});
