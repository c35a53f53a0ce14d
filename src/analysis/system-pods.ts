import { z } from 'zod';
import type { Evidence } from '../evidence/evidence.ts';
import { PodSummary } from '../tools/kubernetes/pod-status.ts';

/** Pods of the cluster's own parts. */
export interface SystemPods {
  evidence: string;
  pods: readonly PodSummary[];
}

const SYSTEM_NAMESPACE = 'kube-system';

const PodList = z.object({
  namespace: z.literal(SYSTEM_NAMESPACE),
  pods: z.array(PodSummary),
  truncated: z.boolean(),
});

/** Null where they could not be read, or not to the end: nothing can be said of what is missing then. */
export function systemPodsOf(evidence: readonly Evidence[]): SystemPods | null {
  for (const { id, tool, structured, isError } of evidence) {
    const parsed =
      tool === 'kubectl_get_pods' && !isError ? PodList.safeParse(structured) : undefined;
    if (parsed?.success && !parsed.data.truncated) return { evidence: id, pods: parsed.data.pods };
  }
  return null;
}

/** Those of one part, by the name that its workload begins with or is. */
export function partsOf({ pods }: SystemPods, name: RegExp): PodSummary[] {
  return pods.filter((pod) =>
    name.test(pod.owner?.kind === 'Node' ? pod.name : (pod.owner?.name ?? pod.name)),
  );
}
