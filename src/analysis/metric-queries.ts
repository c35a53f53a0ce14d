import { TRAFFIC_QUERIES } from './traffic-queries.ts';

/** A series that is read for every namespace of an investigation, under a name that analysers know it by. */
export interface MetricQuery {
  id: MetricId;
  promql: (namespace: string) => string;
}

const CONTAINERS = 'container!="",container!="POD"';

function inNamespace(namespace: string, more = ''): string {
  return `{namespace=${JSON.stringify(namespace)}${more === '' ? '' : `,${more}`}}`;
}

/** Under the names that cAdvisor and kube-state-metrics give them. */
export const METRIC_QUERIES = [
  ...TRAFFIC_QUERIES,
  {
    id: 'restarts',
    promql: (ns: string) =>
      `sum by (namespace, pod) (kube_pod_container_status_restarts_total${inNamespace(ns)})`,
  },
  {
    id: 'cpu',
    promql: (ns: string) =>
      `sum by (namespace, pod) (rate(container_cpu_usage_seconds_total${inNamespace(ns, CONTAINERS)}[5m]))`,
  },
  {
    id: 'throttled',
    promql: (ns: string) =>
      `sum by (namespace, pod) (rate(container_cpu_cfs_throttled_periods_total${inNamespace(ns, CONTAINERS)}[5m]))` +
      ` / sum by (namespace, pod) (rate(container_cpu_cfs_periods_total${inNamespace(ns, CONTAINERS)}[5m]))`,
  },
  {
    id: 'memory',
    promql: (ns: string) =>
      `sum by (namespace, pod) (container_memory_working_set_bytes${inNamespace(ns, CONTAINERS)})`,
  },
] as const;

export type MetricId = (typeof METRIC_QUERIES)[number]['id'];

/** Which query an evidence answered, by its text. */
export function metricIdOf(query: string, namespaces: readonly string[]): MetricId | null {
  return (
    METRIC_QUERIES.find(({ promql }) => namespaces.some((namespace) => promql(namespace) === query))
      ?.id ?? null
  );
}
