import type { ListedPod } from '../../src/investigation/listed-pods.ts';

/** A pod of Deployment `shop/<app>` that runs. */
export function pod(app: string, more: Partial<ListedPod> = {}): ListedPod {
  return {
    namespace: 'shop',
    name: `${app}-7d9f8c6b5-8mmqz`,
    status: 'Running',
    healthy: true,
    restarts: 0,
    owner: { kind: 'Deployment', name: app },
    containers: [{ reason: '', last: null }],
    ...more,
  };
}

/** One whose container was killed for its memory, and waits to be started again. */
export function killedPod(app: string, restarts: number, more: Partial<ListedPod> = {}): ListedPod {
  return pod(app, {
    status: 'CrashLoopBackOff',
    healthy: false,
    restarts,
    containers: [{ reason: 'CrashLoopBackOff', last: { reason: 'OOMKilled' } }],
    ...more,
  });
}
