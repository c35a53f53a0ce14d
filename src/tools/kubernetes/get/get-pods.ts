import { z } from 'zod';
import type { Tool, ToolContext } from '../../tool.ts';
import { LabelSelector, Namespace } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { podView } from '../kinds/pod.ts';
import { requireNamespace } from '../missing-namespace.ts';
import { Pod } from '../objects/pod.ts';
import { PodSummary, summarisePod } from '../pod-status.ts';
import { renderList } from './render-list.ts';

const Input = z.strictObject({
  namespace: Namespace,
  label_selector: LabelSelector,
});

const Output = z.object({
  namespace: z.string(),
  pods: z.array(PodSummary),
  /** More pods exist than were read. */
  truncated: z.boolean(),
});

export function getPods(client: KubernetesClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'kubectl_get_pods',
    title: 'List pods',
    description:
      'The pods of one namespace as `kubectl get pods` shows them, unhealthy ones first with why they wait ' +
      'and how their containers last ended, healthy ones of one owner folded into one row. This is the ' +
      'state now, not at the time of the alert.',
    input: Input,
    output: Output,
    async run({ namespace, label_selector: labelSelector }, { window, signal }: ToolContext) {
      const page = await client.list('pods', { namespace, labelSelector }, Pod, signal);
      const structured = {
        namespace,
        pods: page.items.map((pod) => summarisePod(pod, window)),
        truncated: page.truncated,
      };
      if (page.items.length === 0) {
        const notes = await requireNamespace(client, namespace, signal);
        const nothing = labelSelector
          ? `No pod in namespace ${namespace} has labels that match "${labelSelector}".`
          : `There are no pods in namespace ${namespace}.`;
        return { text: [nothing, ...notes].join(' '), structured };
      }
      const listing = {
        resource: 'pods' as const,
        kind: podView,
        scope: `Namespace ${namespace}`,
        objects: page.items.map((pod) => podView.view(pod, window)),
        truncated: page.truncated,
        narrow: 'label_selector',
      };
      return { text: renderList(listing, window), structured };
    },
  };
}
