import { z } from 'zod';
import { type Tool, type ToolContext, ToolError } from '../../tool.ts';
import { Namespace, ObjectName } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { getNamed } from '../named-object.ts';
import { Metadata } from '../objects/metadata.ts';
import { partialReads } from '../partial-reads.ts';
import { findResource } from '../resource-names.ts';
import { RESOURCES, type Resource } from '../resources.ts';
import { readNeeds } from './needs.ts';
import { readNeighbourhood } from './neighbourhood.ts';
import { renderTree } from './render-tree.ts';
import { selectScope } from './scope.ts';
import { ResourceTree, surroundings } from './surroundings.ts';

const STARTS: readonly Resource[] = [
  'deployments',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
  'pods',
  'services',
  'ingresses',
];

const Input = z.strictObject({
  namespace: Namespace,
  kind: z
    .string()
    .max(100)
    .describe('deployment, statefulset, daemonset, job, cronjob, pod, service or ingress.'),
  name: ObjectName,
});

export function resourceTree(client: KubernetesClient): Tool<typeof Input, typeof ResourceTree> {
  return {
    name: 'kubectl_tree',
    title: 'What leads to a workload, and what it needs',
    description:
      'A workload with what leads to it (Ingress, Service, endpoints) and what it needs (ConfigMaps, volumes, ' +
      'nodes), what does not fit said first: selectors without pods, wrong ports, missing or unbound objects, ' +
      'nodes that are not ready. Use it when a service cannot be reached or pods do not start.',
    input: Input,
    output: ResourceTree,
    async run({ namespace, kind, name }, { window, signal }: ToolContext) {
      const resource = findStart(kind);
      const reads = partialReads(client, signal);
      const [, all] = await Promise.all([
        getNamed(client, resource, { namespace, name }, z.object({ metadata: Metadata }), signal),
        readNeighbourhood(reads, namespace, window),
      ]);
      const start = { kind: RESOURCES[resource].kind, name };
      const scope = selectScope(start, all);
      const needed = await readNeeds(client, reads, namespace, scope.workloads, all, signal);
      const structured: ResourceTree = {
        ...surroundings(scope, all, needed),
        namespace,
        start: `${start.kind}/${name}`,
        gaps: [...new Set([...reads.gaps(), ...needed.gaps])],
      };
      return { text: renderTree(structured), structured };
    },
  };
}

/** @throws ToolError that says where a tree can start. */
function findStart(kind: string): Resource {
  const resource = findResource(kind);
  if (STARTS.includes(resource)) return resource;
  throw new ToolError(`A tree cannot start from ${resource}. Start from ${STARTS.join(', ')}.`);
}
