import { z } from 'zod';
import { type Tool, ToolError } from '../../tool.ts';
import { Namespace, ObjectName } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { isOwnedBy, selectorText } from '../label-selector.ts';
import { getNamed } from '../named-object.ts';
import type { Metadata } from '../objects/metadata.ts';
import type { LabelSelector } from '../objects/selector.ts';
import { DaemonSet, Deployment, StatefulSet } from '../objects/workload.ts';
import { partialReads } from '../partial-reads.ts';
import { RESOURCES, type Resource } from '../resources.ts';
import { renderRolloutHistory } from './render-history.ts';
import {
  ControllerRevisionRevision,
  ReplicaSetRevision,
  type Revision,
  RevisionSummary,
  summariseRevisions,
} from './revisions.ts';
import {
  daemonSetStatus,
  deploymentStatus,
  RolloutStatus,
  statefulSetStatus,
} from './rollout-status.ts';

const Input = z.strictObject({
  namespace: Namespace,
  kind: z.enum(['deployment', 'statefulset', 'daemonset']).default('deployment'),
  name: ObjectName.describe('The workload.'),
  revision: z.int().min(1).optional().describe('Only this one, with every field that changed.'),
});

export const RolloutHistory = z.object({
  namespace: z.string(),
  /** Deployment, StatefulSet or DaemonSet. */
  kind: z.string(),
  name: z.string(),
  status: RolloutStatus,
  /** Newest first. */
  revisions: z.array(RevisionSummary),
  gaps: z.array(z.string()),
});
export type RolloutHistory = z.infer<typeof RolloutHistory>;

export function rolloutHistory(
  client: KubernetesClient,
): Tool<typeof Input, typeof RolloutHistory> {
  return {
    name: 'kubectl_rollout_history',
    title: 'Rollout history with differences',
    description:
      'Whether the rollout of a workload is complete, progressing or stuck, and its revisions, newest ' +
      'first, each with the fields of the pod template that it changed: image, env, resources, probes and ' +
      'all others. Use it to see what a deployment changed.',
    input: Input,
    output: RolloutHistory,
    async run({ namespace, kind, name, revision }, { window, signal }) {
      const workload = await KINDS[kind](client, { namespace, name }, signal);
      const { keeper, selector, metadata, status } = workload;
      const reads = partialReads(client, signal);
      const labelSelector = selectorText(selector);
      const kept = await reads.list(keeper.resource, { namespace, labelSelector }, keeper.schema);
      const owner = { kind: workload.kind, name, uid: metadata.uid };
      const own = (kept ?? []).filter((it) => isOwnedBy(it.metadata, owner));
      const structured = {
        namespace,
        kind: workload.kind,
        name,
        status,
        revisions: only(summariseRevisions(own), revision, reads.gaps()),
        gaps: reads.gaps(),
      };
      return { text: renderRolloutHistory(structured, revision !== undefined, window), structured };
    },
  };
}

/** A workload, and where its revisions are kept. */
interface Rolled {
  kind: string;
  metadata: Metadata;
  selector: LabelSelector;
  status: RolloutStatus;
  keeper: { resource: 'replicasets' | 'controllerrevisions'; schema: z.ZodType<Revision> };
}

type ReadRolled = (
  client: KubernetesClient,
  at: { namespace: string; name: string },
  signal: AbortSignal,
) => Promise<Rolled>;

const REPLICA_SETS = { resource: 'replicasets', schema: ReplicaSetRevision } as const;
const CONTROLLER_REVISIONS = {
  resource: 'controllerrevisions',
  schema: ControllerRevisionRevision,
} as const;

const KINDS: Record<z.infer<typeof Input>['kind'], ReadRolled> = {
  deployment: rolled('deployments', Deployment, deploymentStatus, REPLICA_SETS),
  statefulset: rolled('statefulsets', StatefulSet, statefulSetStatus, CONTROLLER_REVISIONS),
  daemonset: rolled('daemonsets', DaemonSet, daemonSetStatus, CONTROLLER_REVISIONS),
};

function rolled<T extends { metadata: Metadata; spec: { selector: LabelSelector } }>(
  resource: Resource,
  schema: z.ZodType<T>,
  statusOf: (workload: T) => RolloutStatus,
  keeper: Rolled['keeper'],
): ReadRolled {
  return async (client, at, signal) => {
    const workload = await getNamed(client, resource, at, schema, signal);
    const { metadata, spec } = workload;
    const { kind } = RESOURCES[resource];
    return { kind, metadata, selector: spec.selector, status: statusOf(workload), keeper };
  };
}

/** @throws ToolError that names the revisions there are, or why they could not be read. */
function only(
  revisions: RevisionSummary[],
  wanted: number | undefined,
  gaps: readonly string[],
): RevisionSummary[] {
  if (wanted === undefined) return revisions;
  const found = revisions.filter((it) => it.revision === wanted);
  if (found.length > 0) return found;
  const kept = revisions.map((it) => it.revision).join(', ') || 'none';
  throw new ToolError(gaps[0] ?? `Revision ${wanted} is not kept. There are: ${kept}.`);
}
