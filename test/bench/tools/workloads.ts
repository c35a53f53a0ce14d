import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import { type App, CREATED, metadata } from './apps.ts';
import { podSpec } from './pods.ts';

export function deploymentOf(app: App): KubernetesObject {
  const available = app.state === 'running' ? app.replicas : 0;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(app.name, app, {
      annotations: { 'deployment.kubernetes.io/revision': '4' },
      generation: 4,
    }),
    spec: {
      replicas: app.replicas,
      revisionHistoryLimit: 10,
      selector: { matchLabels: { app: app.name } },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
      },
      template: { metadata: { labels: { app: app.name } }, spec: podSpec(app, undefined) },
    },
    status: {
      observedGeneration: 4,
      replicas: app.replicas,
      updatedReplicas: app.replicas,
      readyReplicas: available,
      availableReplicas: available,
      unavailableReplicas: app.replicas - available,
      conditions: [
        {
          type: 'Available',
          status: available > 0 ? 'True' : 'False',
          reason: available > 0 ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
          message:
            available > 0
              ? 'Deployment has minimum availability.'
              : 'Deployment does not have minimum availability.',
          lastUpdateTime: CREATED,
          lastTransitionTime: CREATED,
        },
      ],
    },
  };
}

export function replicaSetOf(app: App): KubernetesObject {
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: app.name,
    uid: `uid-${app.name}`,
    controller: true,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: metadata(`${app.name}-${app.hash}`, app, {
      ownerReferences: [owner],
      annotations: { 'deployment.kubernetes.io/revision': '4' },
    }),
    spec: {
      replicas: app.replicas,
      selector: { matchLabels: { app: app.name, 'pod-template-hash': app.hash } },
      template: { metadata: { labels: { app: app.name } }, spec: podSpec(app, undefined) },
    },
    status: { replicas: app.replicas, readyReplicas: app.state === 'running' ? app.replicas : 0 },
  };
}
