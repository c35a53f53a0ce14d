import type { KubernetesObject } from '../fakes/kubernetes.ts';
import type { App } from './app.ts';
import { listAt, mergePatch, type Tree } from './merge-patch.ts';
import type { World } from './world.ts';

/** What kubelets tell of pods that do not come to run. */

/** Of each pod of an app; `count` and times as of a fault that is a quarter of an hour old. */
export function kubeletWarns(world: World, app: App, reason: string, message: string): void {
  for (const pod of app.pods) {
    world.event(pod, { type: 'Warning', reason, message, count: 12, first: 900, last: 45 });
  }
}

/** The containers wait for their pod: for a volume, a network or a sandbox. */
export function creating(world: World, app: App, reason: string, message: string): App {
  app.waiting({ reason: 'ContainerCreating', message: '' });
  kubeletWarns(world, app, reason, message);
  return app;
}

/** An image that is not pulled; without `said` only the waiting state tells of it, as kubelets before 1.32 have it. */
export function unpulled(
  world: World,
  app: App,
  image: string,
  said: string | null,
  pods: readonly KubernetesObject[] = app.pods,
): App {
  const back = `Back-off pulling image "${image}"`;
  app.patchContainer({ image }).waiting({ reason: 'ImagePullBackOff', message: back }, pods);
  if (said === null) return app;
  for (const pod of pods) {
    const times = { type: 'Warning', count: 5, first: 900, last: 200 } as const;
    world.event(pod, {
      ...times,
      reason: 'Failed',
      message: `Failed to pull image "${image}": ${said}`,
    });
    world.event(pod, { ...times, reason: 'Failed', message: 'Error: ErrImagePull' });
  }
  return app;
}

/** An init container before the others, in this state; what it wrote goes to the log store. */
export function initContainer(
  world: World,
  app: App,
  init: {
    name: string;
    command: string[];
    state: Tree;
    lastState?: Tree;
    restarts?: number;
    log?: string[];
  },
): App {
  const { name, command, state, lastState = {}, restarts = 0, log = [] } = init;
  const container = { name, image: 'registry.example/library/busybox:1.37', command };
  app.patchSpec({ initContainers: [container] });
  app.waiting({ reason: 'PodInitializing', message: '' });
  for (const pod of app.pods) {
    mergePatch(pod, {
      status: {
        initContainerStatuses: [
          { name, ready: false, restartCount: restarts, imageID: '', state, lastState },
        ],
      },
    });
    for (const condition of listAt(pod, 'status', 'conditions')) {
      if (condition.type !== 'Initialized') continue;
      mergePatch(condition, {
        status: 'False',
        reason: 'ContainersNotInitialized',
        message: `containers with incomplete status: [${name}]`,
        lastTransitionTime: world.ago(900),
      });
    }
    world.log(
      { app: app.name, pod: pod.metadata.name, container: name },
      log.map((text, index) => ({ secondsAgo: 300 - index, text })),
    );
  }
  return app;
}
