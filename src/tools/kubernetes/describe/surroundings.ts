import type { KubernetesClient } from '../client.ts';
import { readObjectEvents } from '../object-events.ts';
import type { Metadata } from '../objects/metadata.ts';
import type { PodSpec } from '../objects/pod.ts';
import { readConfigMaps } from './config-maps.ts';
import { readOwners } from './owners.ts';
import type { Surroundings } from './pod-description.ts';

/** What other objects say of one, read at once: any of it may be denied. */
export async function readSurroundings(
  client: KubernetesClient,
  kind: string,
  metadata: Metadata,
  spec: PodSpec | null,
  signal: AbortSignal,
): Promise<Surroundings> {
  const { namespace } = metadata;
  const [owners, config, { events, gaps }] = await Promise.all([
    readOwners(client, metadata, signal),
    spec === null ? null : readConfigMaps(client, namespace, spec, signal),
    readObjectEvents(client, { kind, ...metadata }, signal),
  ]);
  return {
    owners,
    problems: config?.problems ?? [],
    configMaps: config?.configMaps ?? [],
    events,
    gaps: [...gaps, ...(config?.gaps ?? [])],
  };
}
