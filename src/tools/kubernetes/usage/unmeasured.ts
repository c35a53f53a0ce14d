import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import { nodeStatus } from '../kinds/cluster.ts';
import type { Metadata } from '../objects/metadata.ts';
import type { Node } from '../objects/node.ts';
import type { Pod } from '../objects/pod.ts';
import { summarisePod } from '../pod-status.ts';

/** What the metrics server knows nothing of: most of all where a kubelet no longer answers it. */
export const Unmeasured = z.object({
  /** Empty for a node. */
  namespace: z.string(),
  name: z.string(),
  /** As kubectl prints it: `NotReady`, `Running`. */
  status: z.string(),
});
export type Unmeasured = z.infer<typeof Unmeasured>;

interface Measured {
  metadata: Metadata;
}

const MAX_NAMES = 10;

/** Of the pods that run: others use nothing. */
export function unmeasuredPods(
  metrics: readonly Measured[],
  pods: readonly Pod[],
  window: TimeWindow,
): Unmeasured[] {
  const running = pods.filter(({ status }) => status.phase === 'Running');
  return without(metrics, running).map((pod) => {
    const { namespace, name, status } = summarisePod(pod, window);
    return { namespace, name, status };
  });
}

export function unmeasuredNodes(
  metrics: readonly Measured[],
  nodes: readonly Node[],
): Unmeasured[] {
  return without(metrics, nodes).map((node) => ({
    namespace: '',
    name: node.metadata.name,
    status: nodeStatus(node),
  }));
}

function without<T extends Measured>(metrics: readonly Measured[], objects: readonly T[]): T[] {
  const measured = new Set(metrics.map(({ metadata }) => placeOf(metadata)));
  return objects.filter(({ metadata }) => !measured.has(placeOf(metadata)));
}

function placeOf({ namespace, name }: { namespace: string; name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** `No metrics of node-c (NotReady).` Pods have their namespace before them unless it was asked about. */
export function renderUnmeasured(
  unmeasured: readonly Unmeasured[],
  asked: string | undefined,
): string[] {
  if (unmeasured.length === 0) return [];
  const shown = unmeasured.slice(0, MAX_NAMES).map((it) => {
    const place = it.namespace === asked ? it.name : placeOf(it);
    return `${place} (${it.status})`;
  });
  const left = unmeasured.length - shown.length;
  return [`No metrics of ${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}.`];
}
