import { z } from 'zod';
import type { Evidence } from '../evidence/evidence.ts';
import { SHIFTS } from '../evidence/log-shifts.ts';
import type { Cluster } from './cluster.ts';
import type { ObjectRef } from './object-ref.ts';
import { workloadOfPod } from './owners.ts';

/** A line that a container wrote, or several in a row that say the same. */
export interface LogEntry {
  evidence: string;
  namespace: string;
  pod: string;
  /** Empty where the labels do not tell. */
  container: string;
  /** The workload of its pod, where the cluster or the labels tell. */
  workload: ObjectRef | null;
  /** RFC 3339. */
  at: string;
  text: string;
  count: number;
  /** Of the instance before the last restart. */
  previous: boolean;
}

/** What logs say again and again, beside the time before; of the whole namespace, so of nobody in particular. */
interface LogPattern {
  evidence: string;
  template: string;
  example: string;
  level: string | null;
  shift: (typeof SHIFTS)[number] | null;
  count: number;
  first: string;
}

export interface Logs {
  /** The oldest first. */
  entries: readonly LogEntry[];
  patterns: readonly LogPattern[];
}

const KubectlLogs = z.object({
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  previous: z.boolean(),
  lines: z.array(z.object({ at: z.string(), text: z.string(), count: z.number() })),
});

const SearchLogs = z.object({
  streams: z.array(z.record(z.string(), z.string())),
  entries: z.array(z.object({ at: z.string(), stream: z.number(), line: z.string() })),
});

const LogPatterns = z.object({
  patterns: z.array(
    z.object({
      template: z.string(),
      example: z.string(),
      level: z.string().nullable(),
      shift: z.enum(SHIFTS).nullable(),
      count: z.number(),
      first: z.string(),
    }),
  ),
});

export function logsOf(evidence: readonly Evidence[], cluster: Cluster): Logs {
  const held = evidence.filter(({ isError }) => !isError);
  const entries = held.flatMap((item) => [
    ...ofContainer(item, cluster),
    ...ofSearch(item, cluster),
  ]);
  return {
    entries: entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    patterns: held.flatMap(({ id, tool, structured }) => {
      const parsed = tool === 'log_patterns' ? LogPatterns.safeParse(structured) : null;
      return parsed?.success ? parsed.data.patterns.map((it) => ({ evidence: id, ...it })) : [];
    }),
  };
}

function ofContainer({ id, tool, structured }: Evidence, cluster: Cluster): LogEntry[] {
  const parsed = tool === 'kubectl_logs' ? KubectlLogs.safeParse(structured) : null;
  if (!parsed?.success) return [];
  const { namespace, pod, container, previous, lines } = parsed.data;
  const workload = workloadOfPod(namespace, pod, cluster);
  return lines.map((line) => ({
    evidence: id,
    namespace,
    pod,
    container,
    workload,
    previous,
    ...line,
  }));
}

function ofSearch({ id, tool, structured }: Evidence, cluster: Cluster): LogEntry[] {
  const parsed = tool === 'search_logs' ? SearchLogs.safeParse(structured) : null;
  if (!parsed?.success) return [];
  const { streams, entries } = parsed.data;
  const sources = streams.map((labels) => sourceOf(labels, cluster));
  return entries.flatMap(({ at, stream, line }) => {
    const source = sources[stream];
    return source ? [{ evidence: id, ...source, at, text: line, count: 1, previous: false }] : [];
  });
}

/** By the labels that log collectors give: Promtail, Alloy, Fluent Bit and the OpenTelemetry collector. */
function sourceOf(labels: Record<string, string>, cluster: Cluster) {
  const namespace = labels.namespace ?? labels.k8s_namespace_name ?? labels.namespace_name ?? '';
  const pod = labels.pod ?? labels.k8s_pod_name ?? labels.pod_name ?? '';
  const container = labels.container ?? labels.k8s_container_name ?? labels.container_name ?? '';
  const app =
    labels.app ?? labels.service_name ?? labels.app_kubernetes_io_name ?? labels.deployment ?? '';
  const named = cluster.workloads.find(
    ({ ref }) => ref.namespace === namespace && ref.name === app,
  );
  return {
    namespace,
    pod,
    container,
    workload: workloadOfPod(namespace, pod, cluster) ?? named?.ref ?? null,
  };
}
