import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import type { Tool } from '../../tool.ts';
import { ObjectName } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { foldEvents } from '../events/fold-events.ts';
import { getNamed } from '../named-object.ts';
import { CLUSTER_EVENTS, isWithin, summariseEvent } from '../object-events.ts';
import { Event } from '../objects/event.ts';
import { Node } from '../objects/node.ts';
import { Pod } from '../objects/pod.ts';
import { listBeside } from '../visible-list.ts';
import { joined } from '../wording.ts';
import { NodeReport, reportNode } from './node-report.ts';
import { renderNode, renderNodes } from './render-nodes.ts';

const Input = z.strictObject({ name: ObjectName.optional().describe('Left out, every node.') });

const Output = z.object({
  nodes: z.array(NodeReport),
  /** What could not be read, or was left out, in words. */
  gaps: z.array(z.string()),
});

export function nodeStatus(client: KubernetesClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'kubectl_node_status',
    title: 'Status of nodes',
    description:
      'Nodes with their conditions and pressure, taints, cordons, what their pods requested of what is ' +
      'allocatable, versions and recent events, unhealthy ones first. Use it when pods are Pending, evicted ' +
      'or lost on several workloads at once. This is the state now.',
    input: Input,
    output: Output,
    async run({ name }, { window, signal }) {
      const [nodes, pods, events] = await Promise.all([
        readNodes(client, name, signal),
        readPods(client, name, signal),
        readEvents(client, name, window, signal),
      ]);
      const podsOf = pods.items && Map.groupBy(pods.items, ({ spec }) => spec.nodeName);
      const eventsOf = Map.groupBy(events.items, ({ involvedObject }) => involvedObject.name);
      const reports = nodes.items.map((node) => {
        const own = node.metadata.name;
        const ownPods = podsOf && (podsOf.get(own) ?? []);
        return reportNode(node, ownPods, foldEvents(eventsOf.get(own) ?? []), window);
      });
      const gaps = [...nodes.gaps, ...pods.gaps, ...events.gaps];
      const [only] = reports;
      const body =
        name !== undefined && only ? renderNode(only, window) : renderNodes(reports, window);
      const text = [body, ...gaps.map((gap) => `Note: ${gap}`)].join('\n');
      return { text, structured: { nodes: reports, gaps } };
    },
  };
}

async function readNodes(
  client: KubernetesClient,
  name: string | undefined,
  signal: AbortSignal,
): Promise<{ items: Node[]; gaps: string[] }> {
  if (name !== undefined) {
    return {
      items: [await getNamed(client, 'nodes', { namespace: null, name }, Node, signal)],
      gaps: [],
    };
  }
  const { items, truncated } = await client.list('nodes', { namespace: null }, Node, signal);
  return { items, gaps: truncated ? [`Only the first ${items.length} nodes were read.`] : [] };
}

async function readPods(client: KubernetesClient, name: string | undefined, signal: AbortSignal) {
  const fieldSelector = name === undefined ? undefined : `spec.nodeName=${name}`;
  const pods = await listBeside(
    client,
    'pods',
    { namespace: undefined, fieldSelector },
    Pod,
    signal,
  );
  const { namespaces } = client;
  return pods.items === null || namespaces === null
    ? pods
    : { ...pods, gaps: [...pods.gaps, `Only pods of ${namespaces.join(', ')} are counted.`] };
}

async function readEvents(
  client: KubernetesClient,
  name: string | undefined,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<{ items: Event[]; gaps: string[] }> {
  const terms = ['involvedObject.kind=Node', name && `involvedObject.name=${name}`];
  const query = { namespace: CLUSTER_EVENTS, fieldSelector: joined(terms, ',') };
  const { items, gaps } = await listBeside(client, 'events', query, Event, signal);
  return { items: (items ?? []).filter((event) => isWithin(summariseEvent(event), window)), gaps };
}
