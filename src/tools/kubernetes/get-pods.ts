import { z } from 'zod';
import type { Tool, ToolContext } from '../tool.ts';
import { Namespace } from './arguments.ts';
import type { KubernetesClient } from './client.ts';
import { KubernetesFailure } from './failure.ts';
import { Pod } from './objects.ts';
import { PodSummary, summarisePod } from './pod-status.ts';
import { renderPods } from './render-pods.ts';

const Input = z.strictObject({
  namespace: Namespace,
  label_selector: z
    .string()
    .max(1_000)
    .optional()
    .describe('As kubectl -l takes it, such as "app=checkout,tier!=cache".'),
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
      const summaries = page.items.map((pod) => ({ pod, summary: summarisePod(pod, window) }));
      const structured = {
        namespace,
        pods: summaries.map(({ summary }) => summary),
        truncated: page.truncated,
      };
      if (summaries.length === 0) {
        const text = labelSelector
          ? `No pod in namespace ${namespace} has labels that match "${labelSelector}".`
          : await explainEmptyNamespace(client, namespace, signal);
        return { text, structured };
      }
      return { text: renderPods(namespace, summaries, page.truncated, window), structured };
    },
  };
}

/** The API lists a namespace that does not exist as if it were empty; only a read of it tells. */
async function explainEmptyNamespace(
  client: KubernetesClient,
  namespace: string,
  signal: AbortSignal,
): Promise<string> {
  const empty = `There are no pods in namespace ${namespace}.`;
  try {
    await client.get('namespaces', { namespace: null, name: namespace }, z.unknown(), signal);
    return empty;
  } catch (error) {
    if (!(error instanceof KubernetesFailure)) throw error;
    return error.status === 404 ? `There is no namespace ${namespace}.` : empty;
  }
}
