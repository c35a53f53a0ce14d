import type { z } from 'zod';
import type { Redact } from '../../evidence/redact.ts';
import { arrivedLines } from '../arrival.ts';
import { ToolError } from '../tool.ts';
import type { KubernetesConnection } from './connection.ts';
import { KubernetesFailure } from './failure.ts';
import { type LogLines, parseLog } from './logs/log-lines.ts';
import { ObjectList, Version } from './objects/list.ts';
import { createReader, type Reader } from './reader.ts';
import { collectionPath, RESOURCES, type Resource } from './resources.ts';

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

/**
 * Reads a cluster. There is no verb here but get and list. What it gives has no secrets that can be known without
 * the name that they stand under. All reject with {@link ToolError}.
 */
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
  /** A part of the log of one container. */
  log(
    pod: { namespace: string; name: string },
    query: LogQuery,
    signal: AbortSignal,
  ): Promise<LogLines>;
  version(signal: AbortSignal): Promise<string>;
}

/** What of a container's log is wanted. */
interface LogQuery {
  /** Needed where a pod has several. */
  container?: string | undefined;
  /** Of the instance before the last restart. */
  previous: boolean;
  /** RFC 3339. The API knows no end: what is too new has to be left out here. */
  sinceTime?: string | undefined;
  tailLines?: number | undefined;
  limitBytes?: number | undefined;
}

export function createKubernetesClient(
  connection: KubernetesConnection,
  redact: Redact,
): KubernetesClient {
  const namespaces = connection.namespaces ?? null;
  const reader = createReader(connection, redact);
  const list: KubernetesClient['list'] = async (resource, query, schema, signal) => {
    const path = allowedCollection(resource, query.namespace, namespaces);
    for (let restarts = 0; ; restarts += 1) {
      try {
        return await readPages(reader, path, resource, query, schema, signal);
      } catch (error) {
        const expired = error instanceof KubernetesFailure && error.status === 410;
        if (!expired || restarts === MAX_RESTARTS) throw error;
      }
    }
  };
  return {
    namespaces,
    list,
    async get(resource, { namespace, name }, schema, signal) {
      const path = `${allowedCollection(resource, namespace, namespaces)}/${segment(name)}`;
      const target = { verb: 'get', resource, namespace, name };
      return parse(schema, await reader.json(path, new URLSearchParams(), target, signal));
    },
    async log({ namespace, name }, query, signal) {
      const path = `${allowedCollection('pods', namespace, namespaces)}/${segment(name)}/log`;
      const target = { verb: 'get', resource: 'pods/log', namespace, name };
      const text = await reader.text(path, logParams(query), target, signal);
      return await withoutSecrets(parseLog(text, query.limitBytes), redact);
    },
    async version(signal) {
      const target = { verb: 'get', resource: 'version', namespace: null, name: null };
      return parse(Version, await reader.json('/version', new URLSearchParams(), target, signal))
        .gitVersion;
    },
  };
}

async function withoutSecrets({ lines, cut }: LogLines, redact: Redact): Promise<LogLines> {
  const texts = await arrivedLines(
    lines.map(({ text }) => text),
    redact,
  );
  return { cut, lines: lines.map(({ at }, index) => ({ at, text: texts[index] ?? '' })) };
}

function logParams({ container, previous, sinceTime, tailLines, limitBytes }: LogQuery) {
  const params = new URLSearchParams({ timestamps: 'true' });
  if (container !== undefined) params.set('container', container);
  if (previous) params.set('previous', 'true');
  if (sinceTime !== undefined) params.set('sinceTime', sinceTime);
  if (tailLines !== undefined) params.set('tailLines', String(tailLines));
  if (limitBytes !== undefined) params.set('limitBytes', String(limitBytes));
  return params;
}

async function readPages<T>(
  reader: Reader,
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
    const page = parse(ObjectList, await reader.json(path, params, target, signal));
    for (const item of page.items ?? []) items.push(parse(schema, item));
    next = page.metadata?.continue ?? '';
  } while (next !== '' && items.length < most);
  // A server may ignore the limit and send everything at once.
  return { items: items.slice(0, most), truncated: next !== '' || items.length > most };
}

/** @throws ToolError for a namespace that this environment may not read. */
function allowedCollection(
  resource: Resource,
  namespace: string | null,
  allowed: readonly string[] | null,
): string {
  if (!RESOURCES[resource].namespaced) return collectionPath(resource, null);
  if (allowed && (namespace === null || !allowed.includes(namespace))) {
    throw new ToolError(
      `${namespace === null ? 'All namespaces together are' : `Namespace ${namespace} is`} outside what ` +
        `this environment may read: ${allowed.join(', ')}.`,
    );
  }
  return collectionPath(resource, namespace === null ? null : segment(namespace));
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
