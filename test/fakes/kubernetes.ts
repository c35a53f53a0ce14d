import { type FakeReply, type FakeRequest, type HttpFake, startHttpFake } from './http-fake.ts';
import { discovery } from './kubernetes-discovery.ts';
import { containerLog } from './kubernetes-logs.ts';
import { kubernetesResources } from './kubernetes-resources.ts';
import { tableOf } from './kubernetes-tables.ts';
import { write } from './kubernetes-writes.ts';
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
  /**
   * What RBAC refuses, as `verb resource`, such as `list nodes`; with `verb group/resource` of one API group only,
   * such as `list metrics.k8s.io/pods`, or `list /pods` of the core group.
   */
  forbidden?: readonly string[];
  /** The first continue token that is used has expired, as when etcd compacts while a list is read. */
  expireContinueOnce?: boolean;
  /**
   * What containers wrote, by `namespace/pod/container`, with `/previous` behind it for the instance before:
   * lines that each begin with an RFC 3339 timestamp and a blank, as with `timestamps=true`.
   */
  logs?: Readonly<Record<string, string>>;
  /** Takes the writes of the actions server too; without it every verb but GET is 405. */
  writable?: boolean;
  /** API groups that are not installed, such as `metrics.k8s.io`. */
  absentGroups?: readonly string[];
}

const RESOURCES = kubernetesResources();

/**
 * The part of the Kubernetes API that reads objects, over real HTTP: get and list with label and field
 * selectors, pages with limit and continue, logs, and refusals as Status objects. Any other verb is 405.
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
    if (request.method !== 'GET' && options.writable) return write(request, options.objects);
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
    const discovered = discovery(request.path);
    if (discovered !== null) return { status: 200, body: discovered };
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
  log: boolean;
}

function read(request: FakeRequest, options: FakeKubernetesOptions): FakeReply {
  const { objects, forbidden = [], absentGroups = [] } = options;
  const target = route(request.path);
  if (target === null || absentGroups.some((group) => target.base.startsWith(`/apis/${group}/`))) {
    return { status: 404, body: '404 page not found\n' };
  }
  const verb = target.name === null ? 'list' : 'get';
  const asked = [target.resource, `${groupOf(target.base)}/${target.resource}`];
  if (asked.some((it) => forbidden.includes(`${verb} ${it}`))) return forbid(verb, target);
  const own = objects.filter(
    (it) =>
      it.kind === target.kind &&
      (target.namespace === null || it.metadata.namespace === target.namespace),
  );
  if (target.name === null) {
    const table = asksForTable(request) ? tableOf(target.kind, own) : null;
    return table === null ? list(request.params, target, own) : { status: 200, body: table };
  }
  const object = own.find((it) => it.metadata.name === target.name);
  if (!object)
    return status(404, 'NotFound', `${target.resource.split('/')[0]} "${target.name}" not found`);
  if (!target.log) return { status: 200, body: object };
  const log = containerLog(object, request.params, options.logs ?? {});
  return log.status === 200
    ? { status: 200, body: log.text }
    : status(log.status, log.status === 404 ? 'NotFound' : 'BadRequest', log.text);
}

/** kubectl, and what is built on it, has lists printed by the server. */
function asksForTable({ headers }: FakeRequest): boolean {
  return headers.accept?.startsWith('application/json;as=Table') ?? false;
}

/** `/apis/GROUP/VERSION[/namespaces/NS]/RESOURCE[/NAME[/log]]` */
function route(path: string): Target | null {
  const match =
    /^(\/api\/v1|\/apis\/[a-z0-9.]+\/v\w+)()\/(namespaces)(?:\/([^/]+))?()$/.exec(path) ??
    /^(\/api\/v1|\/apis\/[a-z0-9.]+\/v\w+)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(\/log)?$/.exec(
      path,
    );
  const [, base = '', namespace, plural = '', name, log] = match ?? [];
  const known = RESOURCES.find((it) => it.base === base && it.plural === plural);
  if (!known) return null;
  if (name !== undefined && known.namespaced && namespace === undefined) return null;
  if (log && known.kind !== 'Pod') return null;
  return {
    resource: `${known.plural}${log ?? ''}`,
    kind: known.kind,
    base,
    namespace: namespace || null,
    name: name ?? null,
    log: Boolean(log),
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

function groupOf(base: string): string {
  return base === '/api/v1' ? '' : (base.split('/')[2] ?? '');
}

function forbid(verb: string, { resource, base, namespace, name }: Target): FakeReply {
  const group = groupOf(base);
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
