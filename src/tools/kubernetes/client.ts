import type { z } from 'zod';
import { ToolError } from '../tool.ts';
import type { KubernetesConnection } from './connection.ts';
import { KubernetesFailure } from './failure.ts';
import { ObjectList, Version } from './objects.ts';
import { createReader, type Read } from './reader.ts';

/** Every resource that may be read, and the API group it lives in. What is not here cannot be asked for. */
const RESOURCES = {
  pods: { base: '/api/v1', namespaced: true },
  events: { base: '/api/v1', namespaced: true },
  nodes: { base: '/api/v1', namespaced: false },
  namespaces: { base: '/api/v1', namespaced: false },
  deployments: { base: '/apis/apps/v1', namespaced: true },
  replicasets: { base: '/apis/apps/v1', namespaced: true },
} as const;
export type Resource = keyof typeof RESOURCES;

const PAGE_SIZE = 250;
/** Objects of one list, over all its pages: past this nobody reads them and memory is at stake. */
const MAX_OBJECTS = 2_000;
/** A list whose snapshot expired is started again, but not for ever. */
const MAX_RESTARTS = 2;

interface ListQuery {
  /** Null asks about all namespaces, or names a resource that has none. */
  namespace: string | null;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Stops after so many objects; the default is the most that is ever read. */
  limit?: number;
}

interface ObjectPage<T> {
  items: T[];
  /** More objects exist than were read. */
  truncated: boolean;
}

/** Reads a cluster. There is no verb here but get and list. All reject with {@link ToolError}. */
export interface KubernetesClient {
  readonly namespaces: readonly string[] | null;
  get<T>(
    resource: Resource,
    at: { namespace: string | null; name: string },
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T>;
  list<T>(
    resource: Resource,
    query: ListQuery,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<ObjectPage<T>>;
  version(signal: AbortSignal): Promise<string>;
}

export function createKubernetesClient(connection: KubernetesConnection): KubernetesClient {
  const namespaces = connection.namespaces ?? null;
  const read = createReader(connection);
  return {
    namespaces,
    async get(resource, { namespace, name }, schema, signal) {
      const path = `${collectionPath(resource, namespace, namespaces)}/${segment(name)}`;
      const target = { verb: 'get', resource, namespace, name };
      return parse(schema, await read(path, new URLSearchParams(), target, signal));
    },
    async list(resource, query, schema, signal) {
      const path = collectionPath(resource, query.namespace, namespaces);
      for (let restarts = 0; ; restarts += 1) {
        try {
          return await readPages(read, path, resource, query, schema, signal);
        } catch (error) {
          const expired = error instanceof KubernetesFailure && error.status === 410;
          if (!expired || restarts === MAX_RESTARTS) throw error;
        }
      }
    },
    async version(signal) {
      const target = { verb: 'get', resource: 'version', namespace: null, name: null };
      return parse(Version, await read('/version', new URLSearchParams(), target, signal))
        .gitVersion;
    },
  };
}

async function readPages<T>(
  read: Read,
  path: string,
  resource: Resource,
  query: ListQuery,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<ObjectPage<T>> {
  const target = { verb: 'list', resource, namespace: query.namespace, name: null };
  const most = query.limit ?? MAX_OBJECTS;
  const items: T[] = [];
  let next = '';
  do {
    const params = new URLSearchParams({ limit: String(Math.min(PAGE_SIZE, most - items.length)) });
    if (query.labelSelector) params.set('labelSelector', query.labelSelector);
    if (query.fieldSelector) params.set('fieldSelector', query.fieldSelector);
    if (next !== '') params.set('continue', next);
    const page = parse(ObjectList, await read(path, params, target, signal));
    for (const item of page.items ?? []) items.push(parse(schema, item));
    next = page.metadata?.continue ?? '';
  } while (next !== '' && items.length < most);
  // A server may ignore the limit and send everything at once.
  return { items: items.slice(0, most), truncated: next !== '' || items.length > most };
}

function collectionPath(
  resource: Resource,
  namespace: string | null,
  allowed: readonly string[] | null,
): string {
  const { base, namespaced } = RESOURCES[resource];
  if (!namespaced) return `${base}/${resource}`;
  if (allowed && (namespace === null || !allowed.includes(namespace))) {
    throw new ToolError(
      `${namespace === null ? 'All namespaces together are' : `Namespace ${namespace} is`} outside what ` +
        `this environment may read: ${allowed.join(', ')}.`,
    );
  }
  return namespace === null
    ? `${base}/${resource}`
    : `${base}/namespaces/${segment(namespace)}/${resource}`;
}

/** Kubernetes allows no name that needs escaping, and a URL would resolve `..` to another resource. */
function segment(name: string): string {
  if (!/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name)) {
    throw new ToolError(`"${name}" is not a name that Kubernetes allows.`);
  }
  return name;
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new ToolError(
    `The Kubernetes API answered with an object that is not understood (at "${where}").`,
  );
}
