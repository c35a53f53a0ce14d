export const NAMESPACE = 'shop';
export const SICK_POD = 'payments-6d5f8c7b9d-00000';
export const CREATED = '2026-11-18T03:12:00Z';

export interface App {
  name: string;
  replicas: number;
  hash: string;
  state: 'running' | 'oom' | 'pull' | 'pending';
}

export const APPS: App[] = [
  { name: 'payments', replicas: 3, hash: '6d5f8c7b9d', state: 'oom' },
  { name: 'search', replicas: 2, hash: '5c9d7f6b8', state: 'pull' },
  { name: 'reports', replicas: 1, hash: '7b6c5d4f9', state: 'pending' },
  { name: 'cart', replicas: 12, hash: '78c5f9d6b4', state: 'running' },
  { name: 'web', replicas: 16, hash: '6f7d8c9b5', state: 'running' },
  { name: 'auth', replicas: 8, hash: '9b8d7c6f5', state: 'running' },
];

/** What the API server and its controllers write into every object by themselves. */
export function metadata(name: string, app: App, more: Record<string, unknown> = {}) {
  return {
    name,
    namespace: NAMESPACE,
    uid: `uid-${name}`,
    resourceVersion: '482913',
    creationTimestamp: CREATED,
    labels: { app: app.name, 'app.kubernetes.io/part-of': 'shop', version: '1.4.2' },
    managedFields: [
      {
        manager: 'kube-controller-manager',
        operation: 'Update',
        apiVersion: 'v1',
        time: CREATED,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {}, 'f:version': {} } },
          'f:spec': {
            'f:containers': { 'k:{"name":"app"}': { 'f:image': {}, 'f:resources': {} } },
          },
        },
      },
    ],
    ...more,
  };
}

export function padded(index: number): string {
  return String(index).padStart(5, '0');
}
