import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import type { PodTemplate } from '../kubernetes-objects.ts';
import { completedPod, runningPod, runningReplicas } from '../pods.ts';

interface Neighbour {
  app: string;
  version: string;
  memory: string;
  /** Of its ReplicaSet, which answers HTTP; null for a pod that something else owns. */
  hash: string | null;
}

function neighbour({ app, version, memory, hash }: Neighbour): PodTemplate {
  const http = { port: 8080, probes: { readiness: '/ready', liveness: '/live' } };
  return {
    namespace: 'shop',
    labels: {
      'app.kubernetes.io/name': app,
      'app.kubernetes.io/version': version,
      ...(hash === null ? {} : { 'pod-template-hash': hash }),
    },
    containers: [
      {
        name: app,
        image: `registry.example.com/shop/${app}:${version}`,
        ...(hash === null ? {} : http),
        requests: { cpu: '200m', memory },
        limits: { memory },
      },
    ],
  };
}

const ratesSync = neighbour({
  app: 'currency-rates-sync',
  version: '1.4.0',
  memory: '128Mi',
  hash: null,
});
/** The other pods of the namespace, which are well. */
export const neighbours: KubernetesObject[] = [
  ...runningReplicas({
    template: neighbour({ app: 'cart-api', version: '1.31.0', memory: '256Mi', hash: '6c9d5f7b8' }),
    replicaSet: 'cart-api-6c9d5f7b8',
    createdAt: '2026-11-09T13:02:44Z',
    nodes: ['worker-b2', 'worker-a3'],
    suffixes: ['2xkqj', '9wvtm'],
  }),
  ...runningReplicas({
    template: neighbour({
      app: 'checkout-api',
      version: '3.8.2',
      memory: '512Mi',
      hash: '7f4b9c66d5',
    }),
    replicaSet: 'checkout-api-7f4b9c66d5',
    createdAt: '2026-11-14T08:47:10Z',
    nodes: ['worker-a1', 'worker-b2', 'worker-a2'],
    suffixes: ['4mz8p', 'k7hsl', 'tq2rd'],
  }),
  runningPod(neighbour({ app: 'redis', version: '7.4.1', memory: '1Gi', hash: null }), {
    name: 'redis-0',
    owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'redis' },
    node: 'worker-a2',
    createdAt: '2026-10-07T09:15:02Z',
  }),
  completedPod(
    { ...ratesSync, restartPolicy: 'OnFailure' },
    {
      name: 'currency-rates-sync-29916120-lx5gw',
      owner: { apiVersion: 'batch/v1', kind: 'Job', name: 'currency-rates-sync-29916120' },
      node: 'worker-b3',
      createdAt: '2026-11-18T02:00:00Z',
    },
    11,
  ),
];
