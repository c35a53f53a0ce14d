import { z } from 'zod';
import { type Tool, type ToolContext, ToolError, type ToolOutput } from '../../tool.ts';
import { KindName, Namespace, ObjectName } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { isVisible } from '../kinds/kind-view.ts';
import { KIND_VIEWS } from '../kinds/views.ts';
import { getNamed } from '../named-object.ts';
import { findResource } from '../resource-names.ts';
import { RESOURCES, type Resource } from '../resources.ts';
import { readPodDescription } from './describe-pod.ts';
import { describeObject, ObjectDescription } from './object-description.ts';
import { PodDescription } from './pod-description.ts';
import { renderObjectDescription } from './render-object.ts';
import { readSurroundings } from './surroundings.ts';

const Input = z.strictObject({
  kind: KindName,
  namespace: Namespace.optional().describe('Needed but for nodes and what else has none.'),
  name: ObjectName.describe('The object.'),
});

/** A pod's description is the one of kubectl_describe_pod. */
const Output = z.object({ description: z.union([PodDescription, ObjectDescription]) });

export function describeAny(client: KubernetesClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'kubectl_describe',
    title: 'Describe an object',
    description:
      'One object of any common built-in kind but Secrets in depth: conditions, selectors, owners, the pod template of a ' +
      'workload (probes, resources, environment without secret values), which keys its ConfigMaps have, and ' +
      'its events, oldest first. This is the state now.',
    input: Input,
    output: Output,
    async run({ kind, namespace, name }, context) {
      const resource = findResource(kind);
      const at = { namespace: RESOURCES[resource].namespaced ? (namespace ?? null) : null, name };
      if (RESOURCES[resource].namespaced && at.namespace === null) {
        throw new ToolError(`A ${RESOURCES[resource].kind} is in a namespace: name that too.`);
      }
      const { text, structured } =
        resource === 'pods' && at.namespace !== null
          ? await readPodDescription(client, { namespace: at.namespace, name }, context)
          : await readObjectDescription(client, resource, at, context);
      return { text, structured: { description: structured } };
    },
  };
}

async function readObjectDescription(
  client: KubernetesClient,
  resource: Resource,
  at: { namespace: string | null; name: string },
  { window, signal }: ToolContext,
): Promise<ToolOutput<ObjectDescription>> {
  const { kind } = RESOURCES[resource];
  const view = KIND_VIEWS[resource];
  const object = await getNamed(client, resource, at, view.schemaAt(window), signal);
  if (!isVisible(object, client.namespaces)) {
    // In the words of an answer for what does not exist: that something is there is nobody's business either.
    throw new ToolError(`There is no ${kind.toLowerCase()} ${at.name}.`);
  }
  const spec = object.template?.spec ?? null;
  const surroundings = await readSurroundings(client, kind, object.metadata, spec, signal);
  const structured = describeObject(kind, view, object, surroundings);
  return { text: renderObjectDescription(structured), structured };
}
