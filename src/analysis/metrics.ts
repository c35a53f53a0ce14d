import { z } from 'zod';
import type { Evidence } from '../evidence/evidence.ts';
import type { Cluster } from './cluster.ts';
import { type MetricId, metricIdOf } from './metric-queries.ts';
import type { ObjectRef } from './object-ref.ts';
import { behind, ownerOf } from './owners.ts';

/** One series over the window. */
export interface MetricSeries {
  evidence: string;
  /** Null for a series of the alert's own expression. */
  id: MetricId | null;
  query: string;
  labels: Readonly<Record<string, string>>;
  /** The workload, claim or node that its labels name, where the cluster knows it. */
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

/** What exporters and meshes call a workload or its Service. */
const NAMING = [
  'destination_workload',
  'destination_service_name',
  'service_name',
  'service',
  'app',
  'application',
  'deployment',
  'statefulset',
  'daemonset',
  'workload',
  'job',
];

/** The most telling label first: a scrape job may stand for many, a pod never does. */
function subjectOf(labels: Readonly<Record<string, string>>, cluster: Cluster): ObjectRef | null {
  const { namespace = '', pod = '', persistentvolumeclaim = '' } = labels;
  if (persistentvolumeclaim !== '') {
    return { kind: 'PersistentVolumeClaim', namespace, name: persistentvolumeclaim };
  }
  return (
    (pod === '' ? null : ofPod(namespace, pod, cluster)) ??
    NAMING.flatMap((label) => ofName(namespace, labels[label] ?? '', cluster))[0] ??
    nodeOf(labels, cluster)
  );
}

function ofPod(namespace: string, pod: string, cluster: Cluster): ObjectRef | null {
  const found = cluster.pods.find(
    ({ metadata }) => metadata.name === pod && metadata.namespace === namespace,
  );
  if (found) return ownerOf(found, cluster);
  const owners = cluster.workloads.filter(
    ({ ref }) => ref.namespace === namespace && pod.startsWith(`${ref.name}-`),
  );
  return owners.sort((a, b) => b.ref.name.length - a.ref.name.length)[0]?.ref ?? null;
}

/** The workload of that name, or the only one behind a Service of that name; `shop/cart` is a job of OpenTelemetry. */
function ofName(namespace: string, value: string, cluster: Cluster): ObjectRef[] {
  const name = value.slice(value.lastIndexOf('/') + 1);
  if (name === '') return [];
  const here = (other: string | null) => namespace === '' || other === namespace;
  const workload = cluster.workloads.find(({ ref }) => ref.name === name && here(ref.namespace));
  if (workload !== undefined) return [workload.ref];
  const service = cluster.services.find(
    ({ metadata }) => metadata.name === name && here(metadata.namespace),
  );
  const found = service === undefined ? [] : behind(service, cluster);
  return found.length === 1 ? found.map(({ ref }) => ref) : [];
}

function nodeOf(labels: Readonly<Record<string, string>>, { nodes }: Cluster): ObjectRef | null {
  const { node = '', instance = '' } = labels;
  const host = instance.replace(/:\d+$/, '');
  const found = nodes.find(
    ({ metadata, status }) =>
      metadata.name === node ||
      metadata.name === host ||
      status.addresses.some(({ address }) => address === host),
  );
  return found ? { kind: 'Node', namespace: null, name: found.metadata.name } : null;
}
