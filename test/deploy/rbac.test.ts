import { expect, it } from 'vitest';
import { z } from 'zod';
import { readYamlDocuments } from './files.ts';

const Rule = z.strictObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  verbs: z.array(z.string()),
});
const Metadata = z.strictObject({ name: z.string(), namespace: z.string().optional() });

const [account, role, binding] = z
  .tuple([
    z.strictObject({
      apiVersion: z.literal('v1'),
      kind: z.literal('ServiceAccount'),
      metadata: Metadata,
    }),
    z.strictObject({
      apiVersion: z.literal('rbac.authorization.k8s.io/v1'),
      kind: z.literal('ClusterRole'),
      metadata: Metadata,
      rules: z.array(Rule),
    }),
    z.strictObject({
      apiVersion: z.literal('rbac.authorization.k8s.io/v1'),
      kind: z.literal('ClusterRoleBinding'),
      metadata: Metadata,
      roleRef: z.strictObject({ apiGroup: z.string(), kind: z.string(), name: z.string() }),
      subjects: z.array(
        z.strictObject({ kind: z.string(), name: z.string(), namespace: z.string() }),
      ),
    }),
  ])
  .parse(readYamlDocuments('deploy/rbac.yaml'));

it('grants get and list, and nothing else', () => {
  const verbs = new Set(role.rules.flatMap((rule) => rule.verbs));
  expect([...verbs].sort()).toEqual(['get', 'list']);
});

it('lets a log be read but not listed', () => {
  const log = role.rules.filter((rule) => rule.resources.includes('pods/log'));
  expect(log).toEqual([{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }]);
});

it('names exactly what an investigation reads: no secret, no exec, no proxy, no wildcard', () => {
  const granted = role.rules.flatMap(({ apiGroups, resources }) =>
    apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)),
  );
  expect(granted.sort()).toEqual(
    [
      ...['pods', 'pods/log', 'events', 'services', 'endpoints', 'nodes', 'namespaces'].map(core),
      ...['persistentvolumeclaims', 'persistentvolumes', 'resourcequotas', 'limitranges'].map(core),
      '/serviceaccounts',
      'apps/deployments',
      'apps/replicasets',
      'apps/statefulsets',
      'apps/daemonsets',
      'batch/jobs',
      'batch/cronjobs',
      'autoscaling/horizontalpodautoscalers',
      'policy/poddisruptionbudgets',
      'networking.k8s.io/ingresses',
      'networking.k8s.io/networkpolicies',
      'discovery.k8s.io/endpointslices',
      'storage.k8s.io/storageclasses',
      'metrics.k8s.io/pods',
      'metrics.k8s.io/nodes',
    ].sort(),
  );
});

function core(resource: string): string {
  return `/${resource}`;
}

it('binds the role to the service account and to nobody else', () => {
  expect(binding.roleRef).toMatchObject({ kind: 'ClusterRole', name: role.metadata.name });
  expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', ...account.metadata }]);
});
