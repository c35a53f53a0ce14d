import { counter, type World } from './world.ts';

/** Who calls whom. */
const CALLS: Record<string, readonly string[]> = {
  loadgenerator: ['frontend'],
  frontend: [
    'adservice',
    'recommendationservice',
    'productcatalogservice',
    'currencyservice',
    'cartservice',
    'shippingservice',
    'checkoutservice',
  ],
  checkoutservice: [
    'cartservice',
    'productcatalogservice',
    'currencyservice',
    'paymentservice',
    'shippingservice',
    'emailservice',
  ],
  recommendationservice: ['productcatalogservice'],
};

const BUCKETS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000] as const;
const SINCE = 900;

/** The request metrics of a service mesh, as its sidecars at both ends write them. */
export function addMesh(world: World): void {
  for (const [from, tos] of Object.entries(CALLS)) {
    for (const to of tos) {
      for (const reporter of ['source', 'destination']) {
        const of = edge(world, from, to, reporter);
        for (const code of ['200', '503'])
          world.metric(
            'istio_requests_total',
            { ...of, response_code: code, grpc_response_status: code === '200' ? '0' : '14' },
            counter(code === '200' ? 4 : 0),
          );
        for (const bound of [...BUCKETS, null])
          world.metric(
            'istio_request_duration_milliseconds_bucket',
            { ...of, response_code: '200', le: bound === null ? '+Inf' : String(bound) },
            counter(bound !== null && bound < 10 ? 2 : 4),
          );
        world.metric(
          'istio_request_duration_milliseconds_sum',
          { ...of, response_code: '200' },
          counter(26),
        );
        world.metric(
          'istio_request_duration_milliseconds_count',
          { ...of, response_code: '200' },
          counter(4),
        );
      }
    }
  }
}

function edge(world: World, from: string, to: string, reporter: string): Record<string, string> {
  return {
    reporter,
    namespace: world.namespace,
    source_workload: from,
    source_workload_namespace: world.namespace,
    destination_workload: to,
    destination_workload_namespace: world.namespace,
    destination_service_name: to,
    destination_service_namespace: world.namespace,
    destination_service: `${to}.${world.namespace}.svc.cluster.local`,
    request_protocol: to === 'frontend' ? 'http' : 'grpc',
  };
}

/** Calls on these edges end in 503 from a quarter of an hour ago on. */
export function meshFails(world: World, edges: readonly (readonly [string, string])[]): void {
  for (const [from, to] of edges) {
    const of = { source_workload: from, destination_workload: to };
    world.remetric('istio_requests_total', { ...of, response_code: '200' }, counter(4, 0.4, SINCE));
    world.remetric('istio_requests_total', { ...of, response_code: '503' }, counter(0, 3.6, SINCE));
  }
}

/** Calls on these edges take so long; a delay on the wire is seen at the caller only. */
export function meshSlows(
  world: World,
  edges: readonly (readonly [string, string])[],
  milliseconds: number,
  seenBy: 'source' | 'both' = 'both',
): void {
  for (const [from, to] of edges) {
    const of = {
      source_workload: from,
      destination_workload: to,
      ...(seenBy === 'source' ? { reporter: 'source' } : {}),
    };
    for (const bound of BUCKETS)
      world.remetric(
        'istio_request_duration_milliseconds_bucket',
        { ...of, le: String(bound) },
        counter(bound < 10 ? 2 : 4, bound >= milliseconds ? 2 : 0, SINCE),
      );
    world.remetric(
      'istio_request_duration_milliseconds_bucket',
      { ...of, le: '+Inf' },
      counter(4, 2, SINCE),
    );
    world.remetric(
      'istio_request_duration_milliseconds_sum',
      of,
      counter(26, 2 * milliseconds, SINCE),
    );
    world.remetric('istio_request_duration_milliseconds_count', of, counter(4, 2, SINCE));
  }
}

/** Every edge that touches one of these. */
export function edgesOf(...apps: readonly string[]): (readonly [string, string])[] {
  return Object.entries(CALLS).flatMap(([from, tos]) =>
    tos.filter((to) => apps.includes(from) || apps.includes(to)).map((to) => [from, to] as const),
  );
}
