import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import { APPS, CREATED, NAMESPACE, padded } from './apps.ts';
import { benchEvents } from './events.ts';
import { podOf } from './pods.ts';
import { deploymentOf, replicaSetOf } from './workloads.ts';

/**
 * A cluster as a real API server would show it, with everything that it writes into objects by itself: of
 * six applications one is out of memory, one cannot pull its image and one finds no node.
 */
export function benchObjects(now: Date): KubernetesObject[] {
  const objects: KubernetesObject[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, uid: 'ns-shop' } },
    ...APPS.flatMap((app) => [
      deploymentOf(app),
      replicaSetOf(app),
      ...Array.from({ length: app.replicas }, (_, index) => podOf(app, index)),
    ]),
    ...Array.from({ length: 5 }, (_, index) => node(index)),
    ...benchEvents(),
  ];
  return objects.map((object) => ({ ...object, ...movedTo(now, object) }));
}

/** The night of the fixtures, as if it were now: servers show what happened lately. */
function movedTo(now: Date, object: object): object {
  const ms = now.getTime() - Date.parse('2026-11-21T03:12:00Z');
  const moved: object = JSON.parse(
    JSON.stringify(object).replace(/"(2026-11-[\dT:]{11}Z)"/g, (_, instant: string) =>
      JSON.stringify(new Date(Date.parse(instant) + ms).toISOString().replace(/\.\d+Z/, 'Z')),
    ),
  );
  return moved;
}

/** What the container of every payments pod wrote before it was killed. */
export function benchLogs(now: Date): Record<string, string> {
  const lines = Array.from({ length: 400 }, (_, index) => {
    const at = new Date(now.getTime() - 6 * 60_000 + index * 900).toISOString();
    if (index === 398) return `${at} ERROR heap is at 251 MiB of 256 MiB, cache entries 118233`;
    if (index === 399) return `${at} FATAL could not allocate 8388608 bytes`;
    const path = index % 3 === 0 ? '/healthz' : '/pay';
    return index % 3 === 0
      ? `${at} INFO GET ${path} 200`
      : `${at} INFO POST ${path} 200 order=${10_000 + index} ms=${20 + (index % 17)}`;
  });
  const text = `${lines.join('\n')}\n`;
  const keys = [0, 1, 2].map((index) => `${NAMESPACE}/payments-6d5f8c7b9d-${padded(index)}/app`);
  return Object.fromEntries(
    keys.flatMap((key) => [
      [key, text],
      [`${key}/previous`, text],
    ]),
  );
}

function node(index: number): KubernetesObject {
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: '2026-11-21T03:11:00Z',
    lastTransitionTime: CREATED,
  });
  const pressed = index === 3;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `node-${index}`,
      uid: `uid-node-${index}`,
      creationTimestamp: CREATED,
      labels: { 'kubernetes.io/hostname': `node-${index}`, 'topology.kubernetes.io/zone': 'eu-1a' },
    },
    spec: { podCIDR: `10.1.${index}.0/24`, providerID: `cloud:///node-${index}` },
    status: {
      capacity: { cpu: '4', memory: '16384000Ki', pods: '110' },
      allocatable: { cpu: '3900m', memory: '15384000Ki', pods: '110' },
      conditions: [
        condition(
          'MemoryPressure',
          pressed ? 'True' : 'False',
          pressed ? 'KubeletHasInsufficientMemory' : 'KubeletHasSufficientMemory',
          pressed
            ? 'kubelet has insufficient memory available'
            : 'kubelet has sufficient memory available',
        ),
        condition(
          'DiskPressure',
          'False',
          'KubeletHasNoDiskPressure',
          'kubelet has no disk pressure',
        ),
        condition(
          'PIDPressure',
          'False',
          'KubeletHasSufficientPID',
          'kubelet has sufficient PID available',
        ),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      addresses: [{ type: 'InternalIP', address: `10.0.0.${index}` }],
      nodeInfo: {
        kubeletVersion: 'v1.34.1',
        containerRuntimeVersion: 'containerd://2.0.1',
        osImage: 'Debian GNU/Linux 12',
        kernelVersion: '6.1.0',
        architecture: 'amd64',
        operatingSystem: 'linux',
      },
      images: Array.from({ length: 20 }, (_, image) => ({
        names: [`registry.example/base-${image}@sha256:aa`],
        sizeBytes: 80_000_000 + image,
      })),
    },
  };
}
