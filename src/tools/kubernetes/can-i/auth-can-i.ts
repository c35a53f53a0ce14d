import pLimit from 'p-limit';
import { z } from 'zod';
import type { Tool } from '../../tool.ts';
import { Namespace } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { KubernetesFailure } from '../failure.ts';
import { requireNamespace } from '../missing-namespace.ts';
import { Metadata } from '../objects/metadata.ts';
import { RESOURCES, type Resource, resourceNames } from '../resources.ts';
import { renderPermissions } from './render-permissions.ts';

const Input = z.strictObject({
  namespace: Namespace.optional().describe('Left out, every namespace that may be read.'),
});

const Permission = z.object({
  /** `pods`, `pods/log`. */
  resource: z.string(),
  verb: z.enum(['list', 'get']),
  /** Null is all namespaces at once, or a resource that has none. */
  namespace: z.string().nullable(),
  /** `absent` is an API that the cluster does not have; `unknown` is told in `reason`. */
  verdict: z.enum(['allowed', 'forbidden', 'absent', 'unknown']),
  /** Empty but for `unknown`. */
  reason: z.string(),
});
export type Permission = z.infer<typeof Permission>;

export const PermissionReport = z.object({
  permissions: z.array(Permission),
  gaps: z.array(z.string()),
});
export type PermissionReport = z.infer<typeof PermissionReport>;

/** Reads in flight: more would be a load of its own on an API server in trouble. */
const MAX_AT_ONCE = 8;
/** An allow-list may be long, and each namespace of it costs a read of every resource. */
const MAX_NAMESPACES = 10;

export function authCanI(client: KubernetesClient): Tool<typeof Input, typeof PermissionReport> {
  return {
    name: 'kubectl_auth_can_i',
    title: 'What may be read',
    description:
      'Which kinds these tools may list, which RBAC forbids, and which the cluster does not have, found by ' +
      'reading one object of each. Use it when another tool says that something is not allowed.',
    input: Input,
    output: PermissionReport,
    async run({ namespace }, { signal }) {
      const allowed = namespace === undefined ? client.namespaces : [namespace];
      const scopes = allowed?.slice(0, MAX_NAMESPACES) ?? [null];
      const left = allowed?.slice(MAX_NAMESPACES) ?? [];
      const limit = pLimit(MAX_AT_ONCE);
      const attempts = resourceNames().flatMap((resource) =>
        (RESOURCES[resource].namespaced ? scopes : [null]).map((scope) =>
          limit(() => tryList(client, resource, scope, signal)),
        ),
      );
      const logs = scopes.map((scope) => limit(() => tryLog(client, scope, signal)));
      const permissions = await Promise.all([...attempts, ...logs]);
      // Everything may be listed in a namespace that does not exist; there is no pod in it.
      const tried = permissions.some(
        ({ resource, verdict }) => resource === LOGS && verdict !== 'unknown',
      );
      const gaps = [
        ...(left.length === 0 ? [] : [`Not looked at, ask for one: ${left.join(', ')}.`]),
        ...(tried ? [] : await requireNamespace(client, namespace, signal)),
      ];
      const structured = { permissions, gaps };
      return { text: renderPermissions(structured), structured };
    },
  };
}

async function tryList(
  client: KubernetesClient,
  resource: Resource,
  namespace: string | null,
  signal: AbortSignal,
): Promise<Permission> {
  const read = () => client.list(resource, { namespace, limit: 1 }, z.unknown(), signal);
  const judged = await judge(read, { 403: 'forbidden', 404: 'absent' });
  return { resource, verb: 'list', namespace, ...judged };
}

const LOGS = 'pods/log';
const AnyPod = z.object({ metadata: Metadata });

/** It takes a pod to find out. One with several containers is refused for that, after RBAC has allowed it. */
async function tryLog(
  client: KubernetesClient,
  namespace: string | null,
  signal: AbortSignal,
): Promise<Permission> {
  const permission = { resource: LOGS, verb: 'get', namespace } as const;
  const pod = await findPod(client, namespace, signal);
  if (!pod) return { ...permission, verdict: 'unknown', reason: 'there is no pod to try it on' };
  const query = { previous: false, tailLines: 1, limitBytes: 1 };
  const read = () => client.log(pod, query, signal);
  return { ...permission, ...(await judge(read, { 400: 'allowed', 403: 'forbidden' })) };
}

async function findPod(client: KubernetesClient, namespace: string | null, signal: AbortSignal) {
  try {
    const { items } = await client.list('pods', { namespace, limit: 1 }, AnyPod, signal);
    return items[0]?.metadata;
  } catch (error) {
    if (!(error instanceof KubernetesFailure)) throw error;
    return undefined;
  }
}

/** @throws ToolError when nothing answers, or not to these credentials: every verdict would be the same. */
async function judge(
  read: () => Promise<unknown>,
  byStatus: Readonly<Record<number, Permission['verdict']>>,
): Promise<Pick<Permission, 'verdict' | 'reason'>> {
  try {
    await read();
    return { verdict: 'allowed', reason: '' };
  } catch (error) {
    if (!(error instanceof KubernetesFailure) || error.status === 401) throw error;
    const verdict = byStatus[error.status];
    return verdict ? { verdict, reason: '' } : { verdict: 'unknown', reason: error.message };
  }
}
