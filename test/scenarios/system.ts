import type { KubernetesObject } from '../fakes/kubernetes.ts';
import type { PodTemplate } from './kubernetes-objects.ts';
import { runningReplicas } from './pods.ts';

const coredns: PodTemplate = {
  namespace: 'kube-system',
  labels: { 'k8s-app': 'kube-dns', 'pod-template-hash': '7f6b8d9c5' },
  containers: [
    {
      name: 'coredns',
      image: 'registry.k8s.io/coredns/coredns:v1.12.1',
      requests: { cpu: '100m', memory: '70Mi' },
      limits: { memory: '170Mi' },
    },
  ],
};

/** Of the parts of the cluster itself, those that every cluster has. */
export const systemObjects: KubernetesObject[] = runningReplicas({
  template: coredns,
  replicaSet: 'coredns-7f6b8d9c5',
  createdAt: '2026-10-02T08:11:04Z',
  nodes: ['worker-a1', 'worker-b2'],
  suffixes: ['4kz9d', 'x7w2m'],
});
