import { z } from 'zod';
import { ToolError } from '../../tool.ts';
import type { KubernetesClient } from '../client.ts';
import { KubernetesFailure } from '../failure.ts';
import { Metadata, type OwnerReference } from '../objects/metadata.ts';
import { RESOURCES, type Resource, resourceNames } from '../resources.ts';

export const Owner = z.object({
  kind: z.string(),
  name: z.string(),
  /** False when it is gone, or was made again since; null when that cannot be read. */
  exists: z.boolean().nullable(),
});
export type Owner = z.infer<typeof Owner>;

/** A Pod, its ReplicaSet, its Deployment, and what may have made that. */
const MAX_OWNERS = 5;

/** The chain of owners, nearest first, as far as it can be read. */
export async function readOwners(
  client: KubernetesClient,
  object: Metadata,
  signal: AbortSignal,
): Promise<Owner[]> {
  const owners: Owner[] = [];
  let reference = controllerOf(object);
  while (reference !== undefined && owners.length < MAX_OWNERS) {
    const { kind, name } = reference;
    const { exists, metadata } = await readOwner(client, reference, object.namespace, signal);
    owners.push({ kind, name, exists });
    reference = metadata && controllerOf(metadata);
  }
  return owners;
}

function controllerOf({ ownerReferences }: Metadata): OwnerReference | undefined {
  return ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0];
}

async function readOwner(
  client: KubernetesClient,
  { apiVersion, kind, name, uid }: OwnerReference,
  namespace: string,
  signal: AbortSignal,
): Promise<{ exists: boolean | null; metadata?: Metadata }> {
  const resource = findOwning(apiVersion, kind);
  if (resource === undefined) return { exists: null };
  const at = { namespace: RESOURCES[resource].namespaced ? namespace : null, name };
  try {
    const { metadata } = await client.get(resource, at, z.object({ metadata: Metadata }), signal);
    return uid !== '' && metadata.uid !== uid ? { exists: false } : { exists: true, metadata };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { exists: error instanceof KubernetesFailure && error.status === 404 ? false : null };
  }
}

/** By group and kind: a newer version of the API may have written the reference. */
function findOwning(apiVersion: string, kind: string): Resource | undefined {
  const group = groupOf(apiVersion);
  return resourceNames().find((resource) => {
    const info = RESOURCES[resource];
    return info.kind === kind && groupOf(info.base.replace(/^\/apis?\//, '')) === group;
  });
}

/** `apps` of `apps/v1`; the core group, `v1`, has no name. */
function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** `Deployment/checkout (ReplicaSet/checkout-6b9f7c9d4)`: the last of the chain is what a person changes. */
export function formatOwners(owners: readonly Owner[]): string {
  const [last, ...between] = owners.map(formatOwner).reverse();
  if (last === undefined) return 'none';
  return between.length === 0 ? last : `${last} (${between.join(', ')})`;
}

function formatOwner({ kind, name, exists }: Owner): string {
  return `${kind}/${name}${exists === false ? ' (which does not exist any more)' : ''}`;
}
