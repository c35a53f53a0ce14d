import pLimit from 'p-limit';
import { z } from 'zod';
import type { ProbeResult } from '../../lib/probe.ts';
import { probeOne, reachAdvice } from '../probe.ts';
import type { ToolError } from '../tool.ts';
import type { KubernetesClient } from './client.ts';
import { KubernetesFailure } from './failure.ts';
import { RESOURCES, type Resource, rbacName, resourceNames } from './resources.ts';

/** Reads in flight: a doctor is no reason for an API server to be busy. */
const MAX_AT_ONCE = 8;

/**
 * Reads the version, then one object of each resource that the tools read, to see what RBAC refuses: one result
 * for all that may be read, and one for each that may not. (Asking RBAC itself would be a `create` of a
 * SelfSubjectRulesReview, and there is no such verb here.)
 */
export async function probeKubernetes(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<ProbeResult[]> {
  const reach = await probeOne(
    'Kubernetes',
    async () => `API server ${await client.version(signal)}`,
    adviceOf,
  );
  // Behind a door that does not open, every other check says the same.
  if (!reach.ok) return [reach];
  const limit = pLimit(MAX_AT_ONCE);
  const reads = await Promise.all(
    resourceNames().map((resource) => limit(() => probeResource(client, resource, signal))),
  );
  return [
    reach,
    summary(reads, client.namespaces),
    ...reads.flatMap(({ refused }) => refused ?? []),
  ];
}

interface ResourceProbe {
  resource: Resource;
  /** Some clusters have no metrics server, and that is no fault. */
  absent: boolean;
  refused: ProbeResult | null;
}

function summary(
  reads: readonly ResourceProbe[],
  namespaces: readonly string[] | null,
): ProbeResult {
  const listed = reads.filter(({ absent, refused }) => !absent && refused === null).length;
  const absent = reads.filter((read) => read.absent).map(({ resource }) => resource);
  const where = namespaces === null ? '' : ` in ${namespaces.join(', ')}`;
  const without = absent.length === 0 ? '' : `; not in this cluster: ${absent.join(', ')}`;
  const detail = `${listed} of ${reads.length} resources may be listed${where}${without}`;
  return { system: 'Kubernetes reads', ok: true, detail, advice: null };
}

async function probeResource(
  client: KubernetesClient,
  resource: Resource,
  signal: AbortSignal,
): Promise<ResourceProbe> {
  const scopes = RESOURCES[resource].namespaced ? (client.namespaces ?? [null]) : [null];
  let absent = false;
  const result = await probeOne(
    `Kubernetes ${resource}`,
    async () => {
      for (const namespace of scopes) {
        absent ||= await isAbsent(client, resource, namespace, signal);
      }
      return 'may be listed';
    },
    (error) =>
      error instanceof KubernetesFailure && error.status === 403
        ? `Grant get and list on ${rbacName(resource)} to the service account (a read-only ClusterRole).`
        : 'Look at the API server; the credentials work for other reads.',
  );
  return { resource, absent, refused: result.ok ? null : result };
}

async function isAbsent(
  client: KubernetesClient,
  resource: Resource,
  namespace: string | null,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await client.list(resource, { namespace, limit: 1 }, z.unknown(), signal);
    return false;
  } catch (error) {
    if (error instanceof KubernetesFailure && error.status === 404) return true;
    throw error;
  }
}

function adviceOf(error: ToolError): string {
  if (error instanceof KubernetesFailure && error.status === 401) {
    return 'Renew the token or the kubeconfig of this environment.';
  }
  if (error instanceof KubernetesFailure && error.status === 403) {
    return 'Bind the service account to a read-only ClusterRole.';
  }
  return reachAdvice(error, '`kubernetes` or KUBECONFIG', USUAL);
}

const USUAL =
  'Check `kubernetes` of this environment (kubeconfig and context, or url), and that the API server can be reached from here.';
