import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import { type App, CREATED, metadata, padded } from './apps.ts';

export function podSpec(app: App, nodeName: string | undefined) {
  return {
    containers: [
      {
        name: 'app',
        image: `registry.example/shop/${app.name}:1.4.2`,
        imagePullPolicy: 'IfNotPresent',
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        env: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'DB_HOST', value: 'orders-db' },
        ],
        resources: {
          requests: { cpu: '100m', memory: '128Mi' },
          limits: { cpu: '500m', memory: '256Mi' },
        },
        readinessProbe: {
          httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
          periodSeconds: 10,
          timeoutSeconds: 1,
          successThreshold: 1,
          failureThreshold: 3,
        },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        volumeMounts: [
          {
            name: 'kube-api-access-7x2kq',
            readOnly: true,
            mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
          },
        ],
      },
    ],
    volumes: [
      {
        name: 'kube-api-access-7x2kq',
        projected: {
          defaultMode: 420,
          sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }],
        },
      },
    ],
    dnsPolicy: 'ClusterFirst',
    enableServiceLinks: true,
    ...(nodeName === undefined ? {} : { nodeName }),
    preemptionPolicy: 'PreemptLowerPriority',
    priority: 0,
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    serviceAccount: app.name,
    serviceAccountName: app.name,
    terminationGracePeriodSeconds: 30,
    tolerations: [
      {
        key: 'node.kubernetes.io/not-ready',
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      },
      {
        key: 'node.kubernetes.io/unreachable',
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      },
    ],
  };
}

const CONTAINER_STATE = {
  running: {
    ready: true,
    restartCount: 0,
    state: { running: { startedAt: CREATED } },
    lastState: {},
  },
  oom: {
    ready: false,
    restartCount: 7,
    state: {
      waiting: {
        reason: 'CrashLoopBackOff',
        message:
          'back-off 5m0s restarting failed container=app pod=payments-6d5f8c7b9d-00000_shop(uid-payments)',
      },
    },
    lastState: {
      terminated: {
        exitCode: 137,
        reason: 'OOMKilled',
        startedAt: '2026-11-21T03:10:02Z',
        finishedAt: '2026-11-21T03:11:40Z',
        containerID: 'containerd://4be1c1f0',
      },
    },
  },
  pull: {
    ready: false,
    restartCount: 0,
    state: {
      waiting: {
        reason: 'ImagePullBackOff',
        message: 'Back-off pulling image "registry.example/shop/search:1.4.2": not found',
      },
    },
    lastState: {},
  },
  pending: null,
} as const;

export function podOf(app: App, index: number): KubernetesObject {
  const name = `${app.name}-${app.hash}-${padded(index)}`;
  const state = CONTAINER_STATE[app.state];
  const ready = app.state === 'running' ? 'True' : 'False';
  const image = `registry.example/shop/${app.name}:1.4.2`;
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: `${app.name}-${app.hash}`,
    uid: `uid-${app.name}-${app.hash}`,
    controller: true,
    blockOwnerDeletion: true,
  };
  const condition = (type: string, status: string, more = {}) => ({
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: '2026-11-21T03:11:40Z',
    ...more,
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata(name, app, {
      generateName: `${app.name}-${app.hash}-`,
      ownerReferences: [owner],
    }),
    spec: podSpec(app, state === null ? undefined : `node-${index % 5}`),
    status:
      state === null
        ? {
            phase: 'Pending',
            qosClass: 'Burstable',
            conditions: [
              condition('PodScheduled', 'False', {
                reason: 'Unschedulable',
                message: '0/5 nodes are available: 5 Insufficient memory.',
              }),
            ],
          }
        : {
            phase: app.state === 'pull' ? 'Pending' : 'Running',
            qosClass: 'Burstable',
            hostIP: '10.0.0.5',
            podIP: `10.1.${index}.7`,
            podIPs: [{ ip: `10.1.${index}.7` }],
            startTime: CREATED,
            conditions: [
              condition('PodReadyToStartContainers', 'True'),
              condition('Initialized', 'True'),
              condition('Ready', ready),
              condition('ContainersReady', ready),
              condition('PodScheduled', 'True'),
            ],
            containerStatuses: [
              {
                name: 'app',
                image,
                imageID: `${image}@sha256:0f1e2d`,
                started: ready === 'True',
                ...state,
              },
            ],
          },
  };
}
