import { z } from 'zod';
import type { ProbeResult } from '../../lib/probe.ts';
import { probeOne } from '../probe.ts';
import type { ToolError } from '../tool.ts';
import type { KubernetesClient } from './client.ts';
import { KubernetesFailure } from './failure.ts';
import type { Resource } from './resources.ts';

const NEEDED: readonly Resource[] = [
  'pods',
  'events',
  'nodes',
  'namespaces',
  'deployments',
  'replicasets',
];
const CLUSTER_WIDE: readonly Resource[] = ['nodes', 'namespaces'];

/**
 * Reads the version, then one object of each resource that investigations read, to see what RBAC refuses.
 * (Asking RBAC itself would be a `create` of a SelfSubjectRulesReview, and there is no such verb here.)
 */
export async function probeKubernetes(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<ProbeResult[]> {
  const reach = await probeOne(
    'Kubernetes',
    async () => `API server ${await client.version(signal)}`,
    reachAdvice,
  );
  // Behind a door that does not open, every other check says the same.
  if (!reach.ok) return [reach];
  return [reach, ...(await Promise.all(NEEDED.map((it) => probeResource(client, it, signal))))];
}

async function probeResource(
  client: KubernetesClient,
  resource: Resource,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const scopes = CLUSTER_WIDE.includes(resource) ? [null] : (client.namespaces ?? [null]);
  return await probeOne(
    `Kubernetes ${resource}`,
    async () => {
      for (const namespace of scopes) {
        await client.list(resource, { namespace, limit: 1 }, z.unknown(), signal);
      }
      return scopes[0] === null ? 'may be listed' : `may be listed in ${scopes.join(', ')}`;
    },
    (error) =>
      error instanceof KubernetesFailure && error.status === 403
        ? `Grant get and list on ${resource} to the service account (a read-only ClusterRole).`
        : 'Look at the API server; the credentials work for other reads.',
  );
}

function reachAdvice(error: ToolError): string {
  if (error instanceof KubernetesFailure && error.status === 401) {
    return 'Renew the token or the kubeconfig of this environment.';
  }
  if (error instanceof KubernetesFailure && error.status === 403) {
    return 'Bind the service account to a read-only ClusterRole.';
  }
  return 'Check `kubernetes` of this environment (kubeconfig and context, or url), and that the API server can be reached from here.';
}
