import { type FakeReply, type FakeRequest, type HttpFake, startHttpFake } from './http-fake.ts';
import {
  BadSelector,
  type KubernetesObject,
  parseFieldSelector,
  parseLabelSelector,
} from './selectors.ts';

export type { KubernetesObject } from './selectors.ts';

export interface FakeKubernetesOptions {
  /** Plain JSON objects; changed in place they change what is served. */
  objects: KubernetesObject[];
  /** When set, every request needs it as bearer token. */
  token?: string;
  /** What RBAC refuses, as `verb resource`, such as `list nodes`. */
  forbidden?: readonly string[];
  /** The first continue token that is used has expired, as when etcd compacts while a list is read. */
  expireContinueOnce?: boolean;
}

const RESOURCES: Record<string, { kind: string; base: string; namespaced: boolean }> = {
  pods: { kind: 'Pod', base: '/api/v1', namespaced: true },
  events: { kind: 'Event', base: '/api/v1', namespaced: true },
  services: { kind: 'Service', base: '/api/v1', namespaced: true },
  configmaps: { kind: 'ConfigMap', base: '/api/v1', namespaced: true },
  secrets: { kind: 'Secret', base: '/api/v1', namespaced: true },
  nodes: { kind: 'Node', base: '/api/v1', namespaced: false },
  namespaces: { kind: 'Namespace', base: '/api/v1', namespaced: false },
  deployments: { kind: 'Deployment', base: '/apis/apps/v1', namespaced: true },
  replicasets: { kind: 'ReplicaSet', base: '/apis/apps/v1', namespaced: true },
  statefulsets: { kind: 'StatefulSet', base: '/apis/apps/v1', namespaced: true },
};

/**
 * The part of the Kubernetes API that reads objects, over real HTTP: get and list with label and field
 * selectors, pages with limit and continue, and refusals as Status objects. Any other verb is 405.
 */
export async function startFakeKubernetes(options: FakeKubernetesOptions): Promise<HttpFake> {
  let expire = options.expireContinueOnce ?? false;
  return await startHttpFake((request) => {
    if (
      options.token !== undefined &&
      request.headers.authorization !== `Bearer ${options.token}`
    ) {
      return status(401, 'Unauthorized', 'Unauthorized');
    }
    if (request.method !== 'GET') {
      return status(
        405,
        'MethodNotAllowed',
        'the server does not allow this method on the requested resource',
      );
    }
    if (request.path === '/version' || request.path === '/version/') {
      return { status: 200, body: { major: '1', minor: '34', gitVersion: 'v1.34.1' } };
    }
    if (expire && request.params.has('continue')) {
      expire = false;
      return status(410, 'Expired', 'The provided continue parameter is too old');
    }
    return read(request, options);
  });
}

interface Target {
  resource: string;
  kind: string;
  base: string;
  namespace: string | null;
  name: string | null;
}

function read(request: FakeRequest, { objects, forbidden = [] }: FakeKubernetesOptions): FakeReply {
  const target = route(request.path);
  if (target === null)
    return status(404, 'NotFound', 'the server could not find the requested resource');
  const verb = target.name === null ? 'list' : 'get';
  if (forbidden.includes(`${verb} ${target.resource}`)) return forbid(verb, target);
  const own = objects.filter(
    (it) =>
      it.kind === target.kind &&
      (target.namespace === null || it.metadata.namespace === target.namespace),
  );
  if (target.name === null) return list(request.params, target, own);
  const object = own.find((it) => it.metadata.name === target.name);
  if (object) return { status: 200, body: object };
  return status(404, 'NotFound', `${target.resource} "${target.name}" not found`);
}

function route(path: string): Target | null {
  const match =
    /^(\/api\/v1|\/apis\/apps\/v1)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?$/.exec(path) ??
    /^(\/api\/v1)()\/(namespaces)(?:\/([^/]+))?$/.exec(path);
  const [, base = '', namespace, resource = '', name] = match ?? [];
  const known = RESOURCES[resource];
  if (!known || known.base !== base) return null;
  if (name !== undefined && known.namespaced && namespace === undefined) return null;
  return {
    resource,
    kind: known.kind,
    base,
    namespace: namespace || null,
    name: name ?? null,
  };
}

function list(params: URLSearchParams, target: Target, own: KubernetesObject[]): FakeReply {
  try {
    const labels = parseLabelSelector(params.get('labelSelector') ?? '');
    const fields = parseFieldSelector(target.kind, params.get('fieldSelector') ?? '');
    const found = own.filter((it) => labels(it.metadata.labels ?? {}) && fields(it));
    const from = Number(atob(params.get('continue') ?? ''));
    const limit = Number(params.get('limit') ?? 0) || found.length;
    const rest = found.length - from - limit;
    return {
      status: 200,
      body: {
        apiVersion: target.base.replace(/^\/apis?\//, ''),
        kind: `${target.kind}List`,
        metadata: {
          resourceVersion: '1000',
          ...(rest > 0 ? { continue: btoa(String(from + limit)), remainingItemCount: rest } : {}),
        },
        items: found.slice(from, from + limit),
      },
    };
  } catch (error) {
    if (error instanceof BadSelector) return status(400, 'BadRequest', error.message);
    throw error;
  }
}

function forbid(verb: string, { resource, base, namespace, name }: Target): FakeReply {
  const group = base === '/api/v1' ? '' : 'apps';
  const scope = namespace === null ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return status(
    403,
    'Forbidden',
    `${resource}${name === null ? '' : ` "${name}"`} is forbidden: User "system:serviceaccount:triage:reader" ` +
      `cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`,
  );
}

function status(code: number, reason: string, message: string): FakeReply {
  return {
    status: code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      code,
    },
  };
}
