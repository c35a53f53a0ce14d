import { z } from 'zod';
import type { KubernetesClient } from '../client.ts';
import { KubernetesFailure } from '../failure.ts';
import type { Resource } from '../resources.ts';

/** The API lists a namespace that does not exist as if it were empty; only a read of it tells. */
export async function explainEmptyNamespace(
  client: KubernetesClient,
  resource: Resource,
  namespace: string,
  signal: AbortSignal,
): Promise<string> {
  const empty = `There are no ${resource} in namespace ${namespace}.`;
  try {
    await client.get('namespaces', { namespace: null, name: namespace }, z.unknown(), signal);
    return empty;
  } catch (error) {
    if (!(error instanceof KubernetesFailure)) throw error;
    return error.status === 404 ? `There is no namespace ${namespace}.` : empty;
  }
}
