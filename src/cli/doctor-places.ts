import type { Environment } from '../config/environment.ts';
import { kubeconfigProblem } from '../config/kubeconfig-file.ts';
import type { ProbeResult } from '../lib/probe.ts';

/**
 * The rows of an environment, where those that failed also say what was tried. That is for the person who runs the
 * doctor alone: what tools answer goes to a model and names no place. Configured URLs hold neither credentials
 * nor a query.
 */
export function withPlaces(rows: readonly ProbeResult[], environment: Environment): ProbeResult[] {
  const places = placesOf(environment);
  const problem = kubeconfigProblem(environment.kubernetes);
  return rows.map((row) => {
    const place = places.get(row.system);
    if (row.ok || place === undefined) return row;
    if (row.system === 'Kubernetes' && problem !== null) {
      const advice =
        'Set KUBECONFIG, or kubernetes.kubeconfig in the file, to a kubeconfig that can be read.';
      return { ...row, detail: `The kubeconfig ${problem}.`, advice };
    }
    return { ...row, detail: `${row.detail} Tried: ${place}.` };
  });
}

/** By the names that the probes give their systems. */
function placesOf({ kubernetes, prometheus, loki }: Environment): Map<string, string> {
  return new Map([
    ...(kubernetes === null ? [] : [['Kubernetes', clusterOf(kubernetes)] as const]),
    ...(prometheus === null ? [] : [['Prometheus', prometheus.url] as const]),
    ...(loki === null ? [] : [['Loki', loki.url] as const]),
  ]);
}

function clusterOf(access: NonNullable<Environment['kubernetes']>): string {
  switch (access.kind) {
    case 'in-cluster':
      return 'the service account of this pod';
    case 'token':
      return `${access.url} with the token of ${access.tokenFile}`;
    case 'kubeconfig':
      return `kubeconfig ${access.kubeconfig}, ${access.context === null ? 'its current context' : `context ${access.context}`}`;
  }
}
