import { z } from 'zod';
import { closestNames, didYouMean } from '../closest-names.ts';
import { ToolError } from '../tool.ts';
import type { KubernetesClient } from './client.ts';
import { KIND_VIEWS } from './kinds/views.ts';
import type { Resource } from './resources.ts';
import { listVisible } from './visible-list.ts';

const MAX_NEAR = 5;
const Named = z.object({ metadata: z.object({ name: z.string() }) });

interface NearNames {
  /** `Did you mean …?`; empty when nothing is near. */
  suggestion: string[];
  /** There is nothing of that kind at all. */
  none: boolean;
}

/**
 * The objects whose names are near the one asked for, or begin with it. One list, for an answer that there is
 * no such object; where that list is refused nothing is suggested.
 */
export async function nearNames(
  client: KubernetesClient,
  resource: Resource,
  { namespace, name }: { namespace: string | undefined; name: string },
  signal: AbortSignal,
): Promise<NearNames> {
  // Such an object may be about a namespace that may not be read: then its name is not for the reader either.
  if (client.namespaces !== null && KIND_VIEWS[resource].tells) {
    return { suggestion: [], none: false };
  }
  try {
    const { items } = await listVisible(client, resource, { namespace }, Named, signal);
    const names = new Set(items.map(({ metadata }) => metadata.name));
    const suggestion = didYouMean(closestNames(name, [...names], MAX_NEAR));
    return { suggestion, none: items.length === 0 };
  } catch (error) {
    if (error instanceof ToolError) return { suggestion: [], none: false };
    throw error;
  }
}
