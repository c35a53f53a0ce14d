import type { z } from 'zod';
import { ToolError } from '../tool.ts';
import type { KubernetesClient } from './client.ts';
import { KubernetesFailure } from './failure.ts';
import { RESOURCES, type Resource } from './resources.ts';

export interface VisibleQuery {
  /** Undefined asks about every namespace that may be read. */
  namespace: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
}

export interface VisibleList<T> {
  items: T[];
  /** More objects exist than were read. */
  truncated: boolean;
  /** Namespaces of an allow-list that could not be read, in words. */
  gaps: string[];
}

/**
 * The objects of one namespace, or of all that may be read: of those, one that RBAC denies is a gap.
 *
 * @throws ToolError when there is nothing that could be read.
 */
export async function listVisible<T>(
  client: KubernetesClient,
  resource: Resource,
  { namespace, ...selectors }: VisibleQuery,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<VisibleList<T>> {
  const results = await Promise.allSettled(
    scopesOf(client, resource, namespace).map((scope) =>
      client.list(resource, { namespace: scope, ...selectors }, schema, signal),
    ),
  );
  const list: VisibleList<T> = { items: [], truncated: false, gaps: [] };
  const failures: ToolError[] = [];
  for (const result of results) {
    if (result.status === 'fulfilled') {
      list.items.push(...result.value.items);
      list.truncated ||= result.value.truncated;
    } else if (result.reason instanceof ToolError) failures.push(result.reason);
    else throw result.reason;
  }
  const [first] = failures;
  if (first && failures.length === results.length) throw first;
  return { ...list, gaps: failures.map(({ message }) => message) };
}

/** {@link listVisible} of what is only told beside something else: a failure is a gap, and there are no items. */
export async function listBeside<T>(
  client: KubernetesClient,
  resource: Resource,
  query: VisibleQuery,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<{ items: T[] | null; gaps: string[] }> {
  try {
    const { items, truncated, gaps } = await listVisible(client, resource, query, schema, signal);
    const cut = truncated ? [`Only the first ${items.length} ${resource} were read.`] : [];
    return { items, gaps: [...cut, ...gaps] };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { items: null, gaps: [error.message] };
  }
}

function scopesOf(
  { namespaces }: KubernetesClient,
  resource: Resource,
  namespace: string | undefined,
): (string | null)[] {
  if (!RESOURCES[resource].namespaced) return [null];
  return namespace === undefined ? [...(namespaces ?? [null])] : [namespace];
}

/** `Namespace shop`, `Namespaces shop, web` or `All namespaces`; nothing for what has no namespace. */
export function scopeText(
  { namespaces }: KubernetesClient,
  resource: Resource,
  namespace: string | undefined,
): string {
  if (!RESOURCES[resource].namespaced) return '';
  if (namespace !== undefined) return `Namespace ${namespace}`;
  return namespaces === null ? 'All namespaces' : `Namespaces ${namespaces.join(', ')}`;
}

/** Where RBAC denies a list over all namespaces, that of one may be allowed. */
export function withNamespaceAdvice(error: unknown, namespace: string | undefined): unknown {
  const denied = error instanceof KubernetesFailure && error.status === 403;
  return denied && namespace === undefined
    ? new KubernetesFailure(403, `${error.message} Name one namespace, which may be allowed.`)
    : error;
}
