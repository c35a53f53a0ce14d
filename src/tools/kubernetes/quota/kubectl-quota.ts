import { z } from 'zod';
import type { Tool } from '../../tool.ts';
import { Namespace } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { requireNamespace } from '../missing-namespace.ts';
import { Event } from '../objects/event.ts';
import { LimitRange, ResourceQuota } from '../objects/quota.ts';
import { partialReads } from '../partial-reads.ts';
import { scopeText } from '../visible-list.ts';
import { Limits, limitsOf, QuotaUse, quotaUses } from './quota-use.ts';
import { Refusal, ReplicaCount, refusalsOf } from './refusals.ts';
import { renderQuotas } from './render-quotas.ts';

const Input = z.strictObject({
  namespace: Namespace.optional().describe('Left out, every namespace that may be read.'),
});

export const QuotaReport = z.object({
  /** Workloads whose pods are refused now. */
  refusals: z.array(Refusal),
  /** The highest share first. */
  quotas: z.array(QuotaUse),
  limits: z.array(Limits),
  gaps: z.array(z.string()),
});
export type QuotaReport = z.infer<typeof QuotaReport>;

export function quotas(client: KubernetesClient): Tool<typeof Input, typeof QuotaReport> {
  return {
    name: 'kubectl_quota',
    title: 'Quotas and limits',
    description:
      'ResourceQuotas with what is used of them, the fullest first, LimitRanges, and workloads whose pods are ' +
      'refused because of either. Use it when a workload has fewer pods than it wants.',
    input: Input,
    output: QuotaReport,
    async run({ namespace }, { window, signal }) {
      const reads = partialReads(client, signal);
      const failedCreate = { namespace, fieldSelector: 'reason=FailedCreate' };
      const [found, limitRanges, replicaSets, events] = await Promise.all([
        reads.list('resourcequotas', { namespace }, ResourceQuota),
        reads.list('limitranges', { namespace }, LimitRange),
        reads.list('replicasets', { namespace }, ReplicaCount),
        reads.list('events', failedCreate, Event),
      ]);
      reads.requireAny();
      const empty = [found, limitRanges, replicaSets, events].every((it) => !it?.length);
      const notes = empty ? await requireNamespace(client, namespace, signal) : [];
      const structured = {
        refusals: refusalsOf(replicaSets ?? [], events ?? [], window),
        quotas: quotaUses(found ?? []),
        limits: (limitRanges ?? []).map(limitsOf),
        gaps: [...reads.gaps(), ...notes],
      };
      const scope = scopeText(client, 'resourcequotas', namespace);
      return { text: renderQuotas(scope, found !== null, structured), structured };
    },
  };
}
