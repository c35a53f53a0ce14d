import { z } from 'zod';
import type { Tool } from '../tool.ts';
import { Namespace, ObjectName } from './arguments.ts';
import type { KubernetesClient } from './client.ts';
import { type EventSummary, type PodEvents, podEvents } from './events.ts';
import { KubernetesFailure } from './failure.ts';
import { Pod } from './objects.ts';
import { describe, PodDescription } from './pod-description.ts';
import { renderPodDescription } from './render-pod.ts';

const Input = z.strictObject({ namespace: Namespace, name: ObjectName.describe('The pod.') });

export function describePod(client: KubernetesClient): Tool<typeof Input, typeof PodDescription> {
  return {
    name: 'kubectl_describe_pod',
    title: 'Describe a pod',
    description:
      'One pod in depth: containers with state, how they last ended, limits, probes and environment ' +
      '(never the values of secrets), conditions, volumes, and its events, oldest first. Use it on a pod ' +
      'that kubectl_get_pods shows as unhealthy. Times are UTC. This is the state now.',
    input: Input,
    output: PodDescription,
    async run({ namespace, name }, { window, signal }) {
      const pod = await client.get('pods', { namespace, name }, Pod, signal);
      const { uid } = pod.metadata;
      const { events, gaps } = await eventsOrGap(client, { namespace, name, uid }, signal);
      const structured = describe(pod, window, events, gaps);
      return { text: renderPodDescription(structured), structured };
    },
  };
}

/** A description without events is still one, so a refusal to read them is a gap and no failure. */
async function eventsOrGap(
  client: KubernetesClient,
  pod: { namespace: string; name: string; uid: string },
  signal: AbortSignal,
): Promise<{ events: EventSummary[]; gaps: string[] }> {
  try {
    const found: PodEvents = await podEvents(client, pod, signal);
    const earlier = found.ofEarlierPods;
    const gaps =
      earlier === 0 ? [] : [`Left out: events of earlier pods of this name (${earlier}).`];
    return { events: found.events, gaps };
  } catch (error) {
    if (!(error instanceof KubernetesFailure)) throw error;
    return { events: [], gaps: [`Events could not be read: ${error.message}`] };
  }
}
