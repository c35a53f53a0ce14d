import type { z } from 'zod';
import type { KubernetesClient } from './client.ts';
import { KubernetesFailure } from './failure.ts';
import { requireNamespace } from './missing-namespace.ts';
import { nearNames } from './near-names.ts';
import type { Resource } from './resources.ts';

/**
 * `client.get` of what a caller named, who may have misspelt it, or know the Deployment and not its pods.
 *
 * @throws KubernetesFailure (404) with the names that are near, when there is no such object.
 * @throws ToolError when there is no such namespace.
 */
export async function getNamed<T>(
  client: KubernetesClient,
  resource: Resource,
  at: { namespace: string | null; name: string },
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await client.get(resource, at, schema, signal);
  } catch (error) {
    if (!(error instanceof KubernetesFailure) || error.status !== 404) throw error;
    const place = { namespace: at.namespace ?? undefined, name: at.name };
    const { suggestion, none } = await nearNames(client, resource, place, signal);
    const notes = none ? await requireNamespace(client, place.namespace, signal) : [];
    throw new KubernetesFailure(404, [error.message, ...suggestion, ...notes].join(' '));
  }
}
