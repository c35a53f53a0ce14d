import { z } from 'zod';
import type { Evidence } from '../evidence/evidence.ts';
import { type Cluster, ownerOf } from './cluster.ts';
import { type MetricId, metricIdOf } from './metric-queries.ts';
import type { ObjectRef } from './object-ref.ts';

/** One series over the window. */
export interface MetricSeries {
  evidence: string;
  /** Null for a series of the alert's own expression. */
  id: MetricId | null;
  query: string;
  labels: Readonly<Record<string, string>>;
  /** The workload or node that its labels name, where the cluster knows it. */
  subject: ObjectRef | null;
  /** Unix seconds and value, in the order of time; only finite values. */
  points: readonly (readonly [at: number, value: number])[];
}

const Range = z.object({
  query: z.string(),
  series: z.array(
    z.object({
      labels: z.record(z.string(), z.string()),
      values: z.array(z.tuple([z.number(), z.string()])),
    }),
  ),
});

export function metricsOf(evidence: readonly Evidence[], cluster: Cluster): MetricSeries[] {
  const namespaces = [...cluster.snapshots.keys()];
  return evidence.flatMap(({ id, tool, args, structured, isError }) => {
    const parsed = tool === 'query_prometheus' && !isError ? Range.safeParse(structured) : null;
    if (!parsed?.success) return [];
    // What was asked, not what was sent: a limit to namespaces rewrites a query.
    const query = typeof args.query === 'string' ? args.query : parsed.data.query;
    return parsed.data.series.map(({ labels, values }) => ({
      evidence: id,
      id: metricIdOf(query, namespaces),
      query,
      labels,
      subject: subjectOf(labels, cluster),
      points: values
        .map(([at, value]): [number, number] => [at, Number(value)])
        .filter(([, value]) => Number.isFinite(value)),
    }));
  });
}

/** Labels by which instrumentation names what it measures. */
const NAMES = ['destination_workload', 'deployment', 'statefulset', 'workload', 'service_name'];

function subjectOf(labels: Record<string, string>, cluster: Cluster): ObjectRef | null {
  const { namespace = '', pod = '' } = labels;
  if (pod !== '') {
    const found = cluster.pods.find(
      ({ metadata }) => metadata.name === pod && metadata.namespace === namespace,
    );
    if (found) return ownerOf(found, cluster);
    const owners = cluster.workloads.filter(
      ({ ref }) => ref.namespace === namespace && pod.startsWith(`${ref.name}-`),
    );
    return owners.sort((a, b) => b.ref.name.length - a.ref.name.length)[0]?.ref ?? null;
  }
  const names = NAMES.flatMap((label) => labels[label] ?? []);
  return (
    cluster.workloads.find(({ ref }) => names.includes(ref.name))?.ref ?? nodeOf(labels, cluster)
  );
}

/** An exporter's target is the node by its name or its address, with a port. */
function nodeOf(labels: Record<string, string>, { nodes }: Cluster): ObjectRef | null {
  const host = (labels.node || labels.nodename || labels.instance || '').replace(/:\d+$/, '');
  const node = nodes.find(
    ({ metadata, status }) =>
      metadata.name === host || status.addresses.some(({ address }) => address === host),
  );
  return node ? { kind: 'Node', namespace: null, name: node.metadata.name } : null;
}
