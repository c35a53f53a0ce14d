import { z } from 'zod';
import { openApiServer } from '../tools/kubernetes/api-server.ts';
import type { KubernetesConnection } from '../tools/kubernetes/connection.ts';
import { refusal } from '../tools/kubernetes/failure.ts';
import { collectionPath } from '../tools/kubernetes/resources.ts';
import { ToolError } from '../tools/tool.ts';
import { ActionRefused } from './action.ts';

/** What may be restarted: the workloads whose controller makes their pods anew. */
export const RESTARTABLE = {
  deployment: 'deployments',
  statefulset: 'statefulsets',
  daemonset: 'daemonsets',
} as const;
type Restartable = keyof typeof RESTARTABLE;

/** What may be tried with a dry run: what an application consists of. No Secret, no RBAC, nothing cluster-wide. */
export const APPLICABLE = [
  'configmaps',
  'cronjobs',
  'daemonsets',
  'deployments',
  'horizontalpodautoscalers',
  'ingresses',
  'jobs',
  'networkpolicies',
  'persistentvolumeclaims',
  'poddisruptionbudgets',
  'services',
  'statefulsets',
] as const;
export type Applicable = (typeof APPLICABLE)[number];

/** An object as it is; unlike the reading tools, all of it, since a dry run compares whole objects. */
type WholeObject = z.infer<typeof WholeObject>;
const WholeObject = z.record(z.string(), z.unknown());

interface ObjectRef {
  namespace: string;
  name: string;
}

/**
 * The three things that the actions server may do to a cluster, and the read that comes before. All reject
 * with {@link ToolError}.
 */
export interface ClusterWriter {
  /** Null when there is no such object. */
  current(
    resource: Applicable | 'pods',
    ref: ObjectRef,
    signal: AbortSignal,
  ): Promise<WholeObject | null>;
  /** What the API server would make of a server-side apply, admission included. It keeps nothing. */
  applyDryRun(
    resource: Applicable,
    ref: ObjectRef,
    object: WholeObject,
    signal: AbortSignal,
  ): Promise<WholeObject>;
  /** As `kubectl rollout restart` does it. Refused by the API when the object with this uid is gone. */
  rolloutRestart(
    kind: Restartable,
    ref: ObjectRef & { uid: string },
    at: string,
    signal: AbortSignal,
  ): Promise<void>;
  /** With the pod's own grace period. Refused by the API when the pod with this uid is gone. */
  deletePod(ref: ObjectRef & { uid: string }, signal: AbortSignal): Promise<void>;
}

const FIELD_MANAGER = 'probable-cause-actions';

export function createClusterWriter(
  connection: KubernetesConnection,
  namespaces: readonly string[],
): ClusterWriter {
  const send = openApiServer(connection);
  const pathOf = (resource: Applicable | 'pods', { namespace, name }: ObjectRef) => {
    if (!namespaces.includes(namespace)) {
      throw new ActionRefused(
        `Namespace ${namespace} is outside what actions are allowed in: ${namespaces.join(', ')}.`,
      );
    }
    return `${collectionPath(resource, namespace)}/${name}`;
  };
  const write = async (
    method: 'PATCH' | 'DELETE',
    [resource, ref]: [Applicable | 'pods', ObjectRef],
    { params = {}, type, body }: { params?: Record<string, string>; type: string; body: object },
    signal: AbortSignal,
  ): Promise<WholeObject> => {
    const answer = await send({
      method,
      path: pathOf(resource, ref),
      params: new URLSearchParams(params),
      headers: { Accept: 'application/json', 'Content-Type': type },
      body: JSON.stringify(body),
      signal,
    });
    const verb = method.toLowerCase();
    if (answer.status >= 300) throw refusal(answer.status, answer.body, { verb, resource, ...ref });
    return readObject(answer.body);
  };
  return {
    async current(resource, ref, signal) {
      const [path, params] = [pathOf(resource, ref), new URLSearchParams()];
      const headers = { Accept: 'application/json' };
      const { status, body } = await send({ method: 'GET', path, params, headers, signal });
      if (status === 404) return null;
      if (status !== 200) throw refusal(status, body, { verb: 'get', resource, ...ref });
      return readObject(body);
    },
    applyDryRun: (resource, ref, object, signal) => {
      const params = { dryRun: 'All', fieldManager: FIELD_MANAGER, force: 'true' };
      const type = 'application/apply-patch+yaml';
      return write('PATCH', [resource, ref], { params, type, body: object }, signal);
    },
    async rolloutRestart(kind, { uid, ...ref }, at, signal) {
      const annotations = { 'kubectl.kubernetes.io/restartedAt': at };
      // A uid in the patch makes the API server refuse it for another object of the same name.
      const body = { metadata: { uid }, spec: { template: { metadata: { annotations } } } };
      const params = { fieldManager: FIELD_MANAGER };
      const type = 'application/strategic-merge-patch+json';
      await write('PATCH', [RESTARTABLE[kind], ref], { params, type, body }, signal);
    },
    async deletePod({ uid, ...ref }, signal) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
      await write('DELETE', ['pods', ref], { type: 'application/json', body }, signal);
    },
  };
}

function readObject(body: string): WholeObject {
  try {
    return WholeObject.parse(JSON.parse(body));
  } catch {
    throw new ToolError('The Kubernetes API answered with something that is not an object.');
  }
}
