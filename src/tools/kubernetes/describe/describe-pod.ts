import { z } from 'zod';
import type { Tool, ToolContext, ToolOutput } from '../../tool.ts';
import { Namespace, ObjectName } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { getNamed } from '../named-object.ts';
import { Pod } from '../objects/pod.ts';
import { describe, PodDescription } from './pod-description.ts';
import { renderPodDescription } from './render-pod.ts';
import { readSurroundings } from './surroundings.ts';

const Input = z.strictObject({ namespace: Namespace, name: ObjectName.describe('The pod.') });

export function describePod(client: KubernetesClient): Tool<typeof Input, typeof PodDescription> {
  return {
    name: 'kubectl_describe_pod',
    title: 'Describe a pod',
    description:
      'One pod in depth: containers with state, how they last ended, limits, probes and environment ' +
      '(never the values of secrets), conditions, owners, which keys its ConfigMaps have, and its events, ' +
      'oldest first. Use it on a pod that kubectl_get_pods shows as unhealthy. This is the state now.',
    input: Input,
    output: PodDescription,
    run: (args, context) => readPodDescription(client, args, context),
  };
}

/** @throws ToolError when there is no such pod, or it may not be read. */
export async function readPodDescription(
  client: KubernetesClient,
  at: z.output<typeof Input>,
  { window, signal }: ToolContext,
): Promise<ToolOutput<PodDescription>> {
  const pod = await getNamed(client, 'pods', at, Pod, signal);
  const surroundings = await readSurroundings(client, 'Pod', pod.metadata, pod.spec, signal);
  const structured = describe(pod, window, surroundings);
  return { text: renderPodDescription(structured), structured };
}
