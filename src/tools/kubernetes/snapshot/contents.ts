import { z } from 'zod';
import { JsonObject } from '../../../lib/json.ts';
import { EventGroup } from '../events/fold-events.ts';
import type { Resource } from '../resources.ts';

/** Of the namespace itself. */
const NAMESPACED = [
  'pods',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
  'horizontalpodautoscalers',
  'services',
  'endpointslices',
  'ingresses',
  'networkpolicies',
  'configmaps',
  'persistentvolumeclaims',
  'serviceaccounts',
  'resourcequotas',
  'limitranges',
] as const satisfies readonly Resource[];

/** Of the cluster, as far as it concerns every namespace. */
const CLUSTER_WIDE = [
  'nodes',
  'persistentvolumes',
  'storageclasses',
] as const satisfies readonly Resource[];

export const SNAPSHOT_RESOURCES = [...NAMESPACED, ...CLUSTER_WIDE] as const;
export type SnapshotResource = (typeof SNAPSHOT_RESOURCES)[number];

/** A namespace as it was at one moment. */
export const Snapshot = z.object({
  namespace: z.string(),
  /** The end of the window: ages are told from it. */
  at: z.string(),
  /**
   * By plural, as the API has them, without what is empty, the values of secrets and of ConfigMaps (which have
   * `keys`), most annotations, and of a healthy pod what its owner's template says.
   */
  objects: z.record(z.string(), z.array(JsonObject)),
  /** Within the window, of the namespace and of nodes: warnings first, then the newest first. */
  events: z.array(EventGroup),
  /** Plurals that could not be read, or not to the end: what is not there may exist all the same. */
  unread: z.array(z.string()),
  gaps: z.array(z.string()),
});
export type Snapshot = z.infer<typeof Snapshot>;
