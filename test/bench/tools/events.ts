import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import { APPS, type App, NAMESPACE, padded } from './apps.ts';

export function benchEvents(): KubernetesObject[] {
  const sick = APPS.filter(({ state }) => state !== 'running');
  return sick.flatMap((app) =>
    Array.from({ length: app.replicas }, (_, index) => event(app, index)).flat(),
  );
}

function event(app: App, index: number): KubernetesObject[] {
  const name = `${app.name}-${app.hash}-${padded(index)}`;
  const told: Record<App['state'], [type: string, reason: string, message: string][]> = {
    running: [],
    oom: [
      [
        'Normal',
        'Pulled',
        `Container image "registry.example/shop/${app.name}:1.4.2" already present on machine`,
      ],
      [
        'Warning',
        'BackOff',
        `Back-off restarting failed container app in pod ${name}_shop(uid-${name})`,
      ],
    ],
    pull: [
      ['Warning', 'Failed', 'Failed to pull image "registry.example/shop/search:1.4.2": not found'],
      ['Warning', 'Failed', 'Error: ImagePullBackOff'],
      ['Normal', 'Pulling', 'Pulling image "registry.example/shop/search:1.4.2"'],
    ],
    pending: [['Warning', 'FailedScheduling', '0/5 nodes are available: 5 Insufficient memory.']],
  };
  return told[app.state].map(([type, reason, message], number) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.17f${number}`,
      namespace: NAMESPACE,
      uid: `uid-event-${name}-${number}`,
      creationTimestamp: '2026-11-21T02:40:00Z',
    },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: NAMESPACE,
      name,
      uid: `uid-${name}`,
    },
    type,
    reason,
    message,
    count: 17 + index,
    firstTimestamp: '2026-11-21T02:40:00Z',
    lastTimestamp: '2026-11-21T03:11:45Z',
    source: { component: reason === 'FailedScheduling' ? 'default-scheduler' : 'kubelet' },
    reportingComponent: 'kubelet',
    reportingInstance: '',
  }));
}
