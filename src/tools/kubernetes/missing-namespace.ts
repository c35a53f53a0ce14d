import { z } from 'zod';
import { closestNames, didYouMean } from '../closest-names.ts';
import { ToolError } from '../tool.ts';
import type { KubernetesClient } from './client.ts';
import { KubernetesFailure } from './failure.ts';
import { nearNames } from './near-names.ts';

/**
 * The API answers for a namespace that does not exist as for an empty one; only a read of it tells. For answers
 * that would be empty: no other costs a request more.
 *
 * @returns the note that it may not exist, where that cannot be read.
 * @throws ToolError with near names when there is no such namespace.
 */
export async function requireNamespace(
  client: KubernetesClient,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  if (namespace === undefined) return [];
  try {
    await client.get('namespaces', { namespace: null, name: namespace }, z.unknown(), signal);
    return [];
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (!(error instanceof KubernetesFailure) || error.status !== 404) {
      return [`Namespace ${namespace} may not exist: ${error.message}`];
    }
    const near = await nearNamespaces(client, namespace, signal);
    throw new ToolError([`There is no namespace ${namespace}.`, ...near].join(' '));
  }
}

/** Of an allow-list only its own, which the caller may know. */
async function nearNamespaces(client: KubernetesClient, name: string, signal: AbortSignal) {
  const { namespaces } = client;
  if (namespaces !== null) {
    const others = namespaces.filter((it) => it !== name);
    return didYouMean(closestNames(name, others));
  }
  const near = await nearNames(client, 'namespaces', { namespace: undefined, name }, signal);
  return near.suggestion;
}
