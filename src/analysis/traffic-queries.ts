function mean(sum: string, count: string, by: string): string {
  return `sum by (${by}) (rate(${sum}[5m])) / sum by (${by}) (rate(${count}[5m]))`;
}

/** How long calls take as others see them: the callers of a service mesh, and the kubelets that probe. */
export const TRAFFIC_QUERIES = [
  {
    id: 'call-milliseconds',
    promql: (ns: string) => {
      const of = `{source_workload_namespace=${JSON.stringify(ns)},reporter="source"}`;
      const name = 'istio_request_duration_milliseconds';
      return mean(
        `${name}_sum${of}`,
        `${name}_count${of}`,
        'source_workload, destination_workload',
      );
    },
  },
  {
    id: 'probe-seconds',
    promql: (ns: string) => {
      const of = `{namespace=${JSON.stringify(ns)}}`;
      const name = 'prober_probe_duration_seconds';
      return mean(`${name}_sum${of}`, `${name}_count${of}`, 'namespace, pod');
    },
  },
] as const;
